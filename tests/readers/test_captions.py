"""The captions that documents give pictures."""

from __future__ import annotations

from evidence_check.model import Diagram, Location, Picture
from evidence_check.readers._captions import captioned


def test_a_picture_is_titled_by_the_document_that_shows_it() -> None:
    picture = Diagram(Location("part", "docs/overview.png"), "png")
    shown = Picture(Location("part", "README.md", 3), target="docs/overview.png", caption="System architecture")
    again = Picture(Location("part", "docs/x.md", 9), target="docs/overview.png", caption="Later")
    assert captioned([picture, shown, again])[0] == Diagram(picture.location, "png", "System architecture")


def test_titles_and_other_pictures_stay() -> None:
    titled = Diagram(Location("part", "a.drawio"), "drawio", "Context")
    other = Diagram(Location("part", "logo.png"), "png")
    shown = Picture(Location("part", "README.md", 3), target="a.drawio", caption="System architecture")
    assert captioned([titled, other, shown]) == [titled, other, shown]
