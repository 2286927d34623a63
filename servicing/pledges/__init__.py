"""What the branch pledges (S20): decided on, measured from facts, broken now and then, and put right."""
