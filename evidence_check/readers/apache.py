"""Apache httpd: each directive as a setting, its path the sections around it (`VirtualHost.SSLEngine`).

A section's argument is its own setting: `VirtualHost` = `*:443`. https://httpd.apache.org/docs/2.4/configuring.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.model import Setting
from evidence_check.readers import _templates
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._leaves import settings
from evidence_check.readers._tagged import tagged_leaves

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "apache"
GIVES = frozenset({Setting.kind})


def wants(source: Source) -> bool:
    """`httpd.conf`, `.htaccess`, and other files with httpd's directives."""
    return conf_kind(source) == SYSTEM


def read(source: Source) -> Iterable[Setting]:
    """The directives."""
    return settings(source, _templates.restored(tagged_leaves(_templates.parsable(source.text))))
