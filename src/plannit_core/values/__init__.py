"""Things without identity, one topic a file."""
