"""Storages that are wrong in one way each, to prove the kit: `shelf` is the list, `glass` the right one they are made from."""
