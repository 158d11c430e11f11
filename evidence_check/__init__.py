"""Pre-assessment report on a DevOps Engineer (ST0825) end-point assessment submission."""

__version__ = "0.1.0"
