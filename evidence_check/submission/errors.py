"""How the stages that open a submission say that they cannot."""

from __future__ import annotations


class Unusable(Exception):
    """What was handed in cannot be scanned at all; the message is one line with the place, the reason and the mend."""


class Refused(Exception):
    """A part of what was handed in must not be followed or cannot be read; the message becomes a gap's reason."""
