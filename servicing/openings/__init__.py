"""Openings (S7): a person on the way from the first visit to the first deposit, in six steps, always with an owner."""
