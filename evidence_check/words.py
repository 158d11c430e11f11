"""Words counted as a person counts them."""

from __future__ import annotations

import re

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_ENUMERATOR = re.compile(r"^[ \t]*(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])[ \t]+", re.MULTILINE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def count_text(text: str) -> int:
    """The words of a text without markup: whatever stands between spaces (or long dashes) and holds a letter or digit.

    Numbers of list items are no words; an ideograph is one.
    """
    if not text.isascii():
        text = _IDEOGRAPH.sub(" x ", text.translate(_INVISIBLE).replace("\u2014", " "))
    text = without_list_numbers(text)
    return sum(word.isalnum() or any(map(str.isalnum, word)) for word in text.split())


def without_list_numbers(text: str) -> str:
    """The text without the numbers, letters and brackets that head the items of lists at the start of its lines."""
    return _ENUMERATOR.sub("", text)
