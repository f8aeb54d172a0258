"""The golden files, and the samples they were made from."""
