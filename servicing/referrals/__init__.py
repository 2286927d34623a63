"""Referrals (S19): whom a client recommended, worked by whoever looks after that client until an account is opened or the person
is lost, with a reason."""
