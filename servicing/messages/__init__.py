"""Messages to clients (S15): planned under guards, approved, claimed one by one from the outbox, sent at most once per key."""
