"""The actual relationship with a client, told from the contact log, against the level that the standard sets (S1)."""
