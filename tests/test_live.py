"""The address of the running system: never opened, found where it is named, and remarks that hold."""

from __future__ import annotations

import pytest

from evidence_check.live import live
from evidence_check.model import Category, Document, File, Live, Location, Part

TEXTS = {
    ".github/workflows/deploy.yml": "steps:\n  - run: curl --fail https://loans.gov.uk/health\n",
    "README.md": "# Loans\nIt runs at https://loans.gov.uk/.\n",
    "docs/other.md": "See https://myloans.gov.uk and https://loans.gov.uk.evil.net and loans-gov-uk\n",
    "evidence-check.yaml": "live: https://loans.gov.uk\n",
}


def files(texts: dict[str, str]) -> Part:
    found = (File(Location("app", path), Category.OWN, "text", len(texts[path]), False) for path in sorted(texts))
    return Part("app", "app", tuple(found))


def told(address: str, texts: dict[str, str] | None = None, *documents: Document) -> Live:
    texts = TEXTS if texts is None else texts
    found = live(address, [files(texts)], documents, lambda file: texts[file.location.path].encode())
    assert found is not None
    return found


def test_every_place_that_names_its_host_is_told() -> None:
    found = told("https://loans.gov.uk/start")
    assert [str(item.location) for item in found.named] == [".github/workflows/deploy.yml:2", "README.md:2"]
    assert (found.address, found.total, found.remarks) == ("https://loans.gov.uk/start", 2, ())


def test_a_document_that_is_no_text_is_looked_into_too() -> None:
    analysis = Document(
        Location("app", "analysis.docx"), format="docx", lines=("One", "It runs at LOANS.gov.uk today.")
    )
    (item,) = told("https://loans.gov.uk", {}, analysis).named
    assert str(item.location) == "analysis.docx:2"


@pytest.mark.parametrize(
    ("address", "remark"),
    [
        ("http://loans.gov.uk", "nothing is encrypted"),
        ("http://localhost:8080", "nobody outside can open it"),
        ("https://192.168.1.4/app", "nobody outside can open it"),
        ("https://loans.internal", "nobody outside can open it"),
        ("https://app.example.org", "kept for examples"),
        ("https://elsewhere.gov.uk", "No file that was handed in names it"),
    ],
)
def test_what_an_assessor_should_know_of_it(address: str, remark: str) -> None:
    assert any(remark in said for said in told(address).remarks)


def test_a_token_in_it_is_not_shown() -> None:
    assert told("https://loans.gov.uk/start?token=abcdef0123456789#top").address == "https://loans.gov.uk/start"


def test_without_an_address_there_is_nothing_to_say() -> None:
    assert live("", [files(TEXTS)], (), lambda file: b"") is None
