"""Complaints 投诉 (S9): received by a dedicated person, worked through five stages under timers, closed with what was learned."""
