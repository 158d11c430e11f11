"""XML of strangers: no entity expanded, no DTD loaded, nothing fetched, the parser's limits on depth and size kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_LIMIT = 20_000_000


def parse_xml(data: bytes | str) -> Any:
    """The root element. Raises `Unreadable` where it is not well-formed or larger than `SIZE_LIMIT`."""
    from lxml import etree

    if len(data) > SIZE_LIMIT:
        raise Unreadable(f"holds more than {SIZE_LIMIT // 1_000_000} MB of XML")
    parser = etree.XMLParser(
        encoding="utf-8" if isinstance(data, str) else None,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.encode("utf-8", "replace") if isinstance(data, str) else data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not valid XML: {error.msg}", error.lineno or 0) from error
    except (ValueError, LookupError) as error:
        raise Unreadable(f"not valid XML: {error}") from error
    if root is None:
        raise Unreadable("not valid XML: it is empty")
    return root


def elements(root: Any) -> Iterator[Any]:
    """Every element below and with the root, in document order."""
    yield from root.iter("*")


def local(element: Any) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """An attribute by its local name, whatever its namespace; empty where it is not there."""
    value = element.get(name)
    if value is None:
        value = next((v for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")
    return str(value)
