"""Scripts and templates (S14): written by one person, approved by another, and never with a promise in them."""
