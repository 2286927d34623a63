"""The quarterly self-assessment 季度自评 of a branch (S20): four questions with the facts that are known, and what follows."""
