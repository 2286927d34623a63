"""The calendar of a reader: what is due, whom to greet and what was said, by month, week and day, and as a feed."""
