"""One module for each migration; what it does never changes once it is published."""
