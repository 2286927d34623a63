"""Investor education (S13): a library of materials, each approved by a second person and opened behind its risk notice."""
