"""The trees of `evidence_check.tree` under the name that readers use."""

from evidence_check.tree import BadSyntax, Map, Seq, Text, decode, parse_json, parse_yaml, scalar

__all__ = ["BadSyntax", "Map", "Seq", "Text", "decode", "parse_json", "parse_yaml", "scalar"]
