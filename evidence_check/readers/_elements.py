"""XML of strangers as elements with lines: no entity is expanded, no DTD loaded, nothing fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from evidence_check.readers._source import Source


def root_of(source: Source) -> _Element:
    """The root element of an XML file. Raises `Unreadable`."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(source.data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise Unreadable(f"not valid XML: {str(error).partition(', line')[0]}", line) from error


def local_name(element: _Element) -> str:
    """The name of an element without its namespace; empty for what is no element (an entity)."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: _Element | None, name: str) -> Iterator[_Element]:
    """The children of that name; none of no element."""
    if element is not None:
        for child in element:
            if local_name(child) == name:
                yield child


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of that name."""
    return next(children(element, name), None)


def texts(element: _Element | None) -> dict[str, str]:
    """The texts of an element's children by their names."""
    return {local_name(item): (item.text or "").strip() for item in element} if element is not None else {}
