"""Ideas of clients (S19): taken down with an owner, decided on, answered by a day."""
