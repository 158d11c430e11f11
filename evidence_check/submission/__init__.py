"""Open what was handed in: its parts, their files and their history."""
