"""Fee concessions and gifts (S12): asked for, decided by a second person, with an end, and their effect measured. A tier never
changes a rate, and neither does an approval: the broker's system does, and its files tell."""
