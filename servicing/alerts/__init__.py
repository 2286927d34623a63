"""Risk alerts (B9): what the night finds about a client's risk, told as a fact, and what was said about it. Never advice to
buy or sell, never a claim about returns."""

from servicing.alerts.finding import find_risks
from servicing.alerts.keeping import keep_alerts, watched_in
from servicing.alerts.numbers import numbers_on

__all__ = ["find_risks", "keep_alerts", "numbers_on", "watched_in"]
