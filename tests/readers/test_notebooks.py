from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Code, Import
from evidence_check.readers import notebooks
from evidence_check.readers._source import Unreadable
from tests.support import read_with

CELLS = {
    "cells": [
        {"cell_type": "markdown", "source": ["import nothing\n"]},
        {
            "cell_type": "code",
            "outputs": [],
            "source": ["%pip install boto3\n", "import boto3  # aws\n", "boto3.client('s3')"],
        },
        {"cell_type": "code", "outputs": [], "source": ["x = 1"]},
    ],
    "metadata": {"kernelspec": {"language": "python"}},
}


def test_code_cells_are_code_at_their_lines() -> None:
    text = json.dumps(CELLS, indent=1)
    facts = read_with(notebooks, "analysis.ipynb", text)
    code = next(fact for fact in facts if isinstance(fact, Code))
    imported = next(fact for fact in facts if isinstance(fact, Import))

    assert (code.language, code.lines) == ("python", 3)
    assert "nothing" not in code.text
    assert "aws" not in code.text
    assert imported.module == "boto3"
    assert "import boto3" in text.split("\n")[imported.location.line - 1]
    assert "boto3.client" in code.text.split("\n")[imported.location.line]


def test_a_notebook_without_code_gives_nothing() -> None:
    assert read_with(notebooks, "a.ipynb", '{"cells": [{"cell_type": "code", "source": ["# only a comment"]}]}') == []


CELL_LISTS = st.recursive(st.text(max_size=5) | st.none(), st.lists)


@given(st.binary(max_size=100) | CELL_LISTS.map(lambda cells: json.dumps({"cells": cells}).encode()))
def test_any_bytes_give_facts_or_unreadable(data: bytes) -> None:
    try:
        facts = read_with(notebooks, "a.ipynb", data)
    except Unreadable:
        facts = []
    assert all(fact.location.path == "a.ipynb" for fact in facts)
