"""The kit itself: its guards, its report, and what it ships for the tests of others. `tests/sabotage` proves its checks."""
