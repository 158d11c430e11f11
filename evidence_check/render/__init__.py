"""Report to text: one module per format, nothing computed here."""
