"""Where books are kept: `memory`, `sqlite`, `sql`. Each is imported by its own name, and none knows the others."""
