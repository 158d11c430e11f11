"""Values in HCL: Terraform's and Packer's variable files, backend settings, and other programs' HCL configuration.

Format: https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
"""

from __future__ import annotations

from collections.abc import Iterator

from evidence_check.model import Fact
from evidence_check.readers import nomad, packer, terraform
from evidence_check.readers._hcl import Block, parse
from evidence_check.readers._leaves import LEAVES, Leaf, leaves, settings
from evidence_check.readers._source import Source, Unreadable
from evidence_check.tree import Map

SYSTEM = "tfvars"
GIVES = frozenset({"setting"})

_LOCK = ".terraform.lock.hcl"


def wants(source: Source) -> bool:
    """Variable and backend files, and HCL that no other reader has for itself."""
    if source.name.lower().endswith((".tfvars", ".tfbackend")):
        return True
    return (
        source.name.lower().endswith(".hcl")
        and source.name != _LOCK
        and not any(other.wants(source) for other in (terraform, packer, nomad))
    )


def read(source: Source) -> Iterator[Fact]:
    """The leaves: keys joined by dots, blocks as their type and labels. Those before a fault, then `Unreadable`."""
    top, error = parse(source.text)
    yield from settings(source, _leaves(top, "")[:LEAVES])
    if error:
        raise Unreadable(str(error), error.line)


def _leaves(block: Block, prefix: str) -> list[Leaf]:
    nested = {inner.type for inner in block.blocks} | {inner.name for inner in block.nested("dynamic")}
    own = Map(block.line)
    for key, value in block.body.items():
        if key not in nested and not (key == "label" and block.labels):
            own[key] = value
            own.lines[key] = block.body.line_of(key)
    stem = f"{prefix}." if prefix else ""
    found = [leaf._replace(path=stem + leaf.path) for leaf in leaves(own)] if own else []
    for inner in block.blocks:
        found += _leaves(inner, stem + ".".join([inner.type, *inner.labels]))
    return found
