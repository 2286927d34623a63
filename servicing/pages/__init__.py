"""The pages of service: the contact log, promises and tasks, in drawers and in the rows of a list."""
