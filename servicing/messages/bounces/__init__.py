"""E-mails that come back: delivery reports (RFC 3464) are read from a mailbox, each once, and say what became of a message."""

from servicing.messages.bounces.reading import Read, read_bounces

__all__ = ["Read", "read_bounces"]
