"""Loyalty (S19): the ladder satisfied → trusting → loyal → core, the map lasting × depending, and the ledger of points. Nothing
in it counts what or how much a client trades (B7), and no step of it takes anything away (S8)."""
