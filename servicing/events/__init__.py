"""Education events (S13): planned by a branch, clients invited under the guards of messages (R8, L1), registered for the seats
there are, ticked when they came, and asked afterwards what it brought."""
