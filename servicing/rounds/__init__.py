"""The rounds of the night (S5, S7): what the standards owe, what the calendar brings and what the night found becomes tasks."""

from servicing.rounds.writing import make_rounds

__all__ = ["make_rounds"]
