"""nginx: each directive as a setting, its path the blocks around it (`http.server.location.proxy_pass`).

Files that a main configuration includes (`conf.d`, `sites-available`) begin at `server`; nginx reads them inside
`http`, so their paths begin with it as well. A block's arguments are its own setting: `http.server.location` = `/api`.
https://nginx.org/en/docs/beginners_guide.html#conf_structure
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers._blocks import block_leaves
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._leaves import Leaf, settings

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "nginx"
GIVES = frozenset({Setting.kind})

_OF_HTTP = ("server", "upstream", "map", "geo", "limit_req_zone")


def wants(source: Source) -> bool:
    """`nginx.conf`, and other files with nginx's directives."""
    return conf_kind(source) == SYSTEM


def read(source: Source) -> Iterable[Setting]:
    """The directives."""
    found = _templates.restored(block_leaves(_templates.parsable(source.text), "nginx"))
    main = any(leaf.path.partition(".")[0] in ("http", "stream", "events") for leaf in found)
    return settings(source, found if main else map(_inside_http, found))


def _inside_http(leaf: Leaf) -> Leaf:
    return leaf._replace(path=f"http.{leaf.path}") if leaf.path.partition(".")[0] in _OF_HTTP else leaf
