"""Frozen records, one file each. No reading, no clock."""
