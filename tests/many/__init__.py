"""Many processes on one storage: what each does, and that together they do what one would."""
