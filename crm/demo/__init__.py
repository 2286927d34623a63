"""The invented firm, written as export files: no model and no database is known here."""
