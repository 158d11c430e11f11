"""XML configuration as leaves: elements' texts and attributes, without namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.handler import ContentHandler

from evidence_check.readers._leaves import LEAVES, VALUE, Leaf
from evidence_check.tree import DEPTH_LIMIT, BadSyntax

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl, Locator


def xml_leaves(data: bytes, skip: frozenset[str] = frozenset()) -> list[Leaf]:
    """Leaves as `configuration.appender.class`, attributes after the element's own path; elements named in `skip` are
    left out. Raises `BadSyntax`, also where the document defines entities: none is ever expanded or fetched. A document
    type that is only named (`<!DOCTYPE module PUBLIC ...>`) is passed over: SAX looks at no outer one by itself.
    """
    from xml.sax import SAXParseException

    from defusedxml import DefusedXmlException
    from defusedxml.sax import parseString

    handler = _Leaves(skip)
    try:
        parseString(data, handler, forbid_external=False)
    except DefusedXmlException as error:
        raise BadSyntax("XML that defines entities is not read") from error
    except SAXParseException as error:
        raise BadSyntax(f"not valid XML: {error.getMessage()}", error.getLineNumber() or 0) from error
    except (LookupError, ValueError) as error:
        raise BadSyntax(f"not valid XML: {error}") from error
    return handler.found


class _Leaves(ContentHandler):
    def __init__(self, skip: frozenset[str]) -> None:
        super().__init__()
        self.found: list[Leaf] = []
        self._skip = skip
        self._place: Locator | None = None
        self._path: list[str] = []
        self._left_out = 0
        """Depth inside of an element that is left out."""
        self._text: list[str] = []
        self._start = 0
        self._plain = False
        """The open element has neither attributes nor elements so far."""

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX's name
        self._place = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's name
        self._tell_text()
        local = name.rpartition(":")[2]
        if self._left_out or local in self._skip or len(self._path) >= DEPTH_LIMIT:
            self._left_out += 1
            return
        self._path.append(local)
        self._start = (self._place.getLineNumber() if self._place else 0) or 0
        self._plain = True
        path = ".".join(self._path)
        for key, value in attrs.items():
            if not key.startswith("xmlns"):
                self._plain = False
                self._tell(f"{path}.{key.rpartition(':')[2]}", value)

    def characters(self, content: str) -> None:
        if not self._left_out:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - SAX's names
        if self._left_out:
            self._left_out -= 1
            return
        told = self._tell_text()
        if self._plain and not told:
            self._tell(".".join(self._path), None)
        self._plain = False
        self._path.pop()

    def _tell_text(self) -> bool:
        text = "".join(self._text).strip()
        self._text.clear()
        if text and self._path:
            self._tell(".".join(self._path), text)
        return bool(text)

    def _tell(self, path: str, value: str | None) -> None:
        if len(self.found) < LEAVES:
            self.found.append(Leaf(path, value[:VALUE] if value else None, self._start))
