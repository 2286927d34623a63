"""Call-backs 回访 (L2): every new account within a month, and a random share of last year's clients each year, by somebody
other than the client's own advisor."""

from servicing.callbacks.making import make_callbacks

__all__ = ["make_callbacks"]
