"""Everything that happened with a client, on one line of time: what each source tells, merged page by page."""
