"""Documents as they come: broken, locked, huge, in any encoding: read, or one clear line, and the rest stays."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from evidence_check.model import Report, Verdict
from evidence_check.scan import scan

ANALYSIS = (
    "Project areas and KSBs\n\nThe pipeline builds the service and runs its tests on every change (K1, S15). Terraform "
    "declares the network, the \u201cdatabase\u201d \u2013 and more (K7, S18). Alerts watch the errors (K11, S6).\n"
)


def report(folder: Path, name: str, data: bytes) -> Report:
    (folder / name).write_bytes(data)
    (folder / "main.tf").write_text('resource "aws_s3_bucket" "b" {}\n')
    return scan([str(folder)], linters=False)


def analysis(of: Report) -> tuple[Verdict, str]:
    assert of.pack is not None
    assert of.findings["iac.provisioning"].evidence, "the rest of the report is still there"
    item = next(item for item in of.pack.items if item.id == "analysis")
    return item.verdict, item.why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_an_analysis_in_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    verdict, why = analysis(report(tmp_path, "analysis.txt", ANALYSIS.encode(encoding)))
    assert (verdict, why) == (Verdict.COMPLETE, "24 words of the 300 that the plan allows.")


def encrypted() -> bytes:
    from pypdf import PdfWriter

    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret")
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("analysis.docx", b"no zip at all", "is damaged or no Word document (.docx): it is not a zip package"),
        ("analysis.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "is protected by a password or in an old format"),
        ("analysis.pdf", encrypted(), "is encrypted: hand it in without a password"),
        ("analysis.pdf", b"no pdf at all", "analysis.pdf could not be read"),
    ],
)
def test_what_cannot_be_read_is_not_missing(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    told = report(tmp_path, name, data)
    verdict, why = analysis(told)
    assert verdict is Verdict.CANNOT_TELL
    assert says in why
    assert any(gap.location.path == name for gap in told.gaps)


def test_a_huge_picture_is_one_line(tmp_path: Path) -> None:
    with (tmp_path / "architecture.png").open("wb") as stream:
        stream.write(b"\x89PNG\r\n\x1a\n")
        stream.truncate(300_000_000)
    told = report(tmp_path, "analysis.txt", ANALYSIS.encode())
    (gap,) = (gap for gap in told.gaps if gap.location.path == "architecture.png")
    assert "is a picture of more than 50 MB" in gap.reason
    assert analysis(told)[0] is Verdict.COMPLETE


def test_another_language_is_counted_and_told(tmp_path: Path) -> None:
    text = (
        "Die Pipeline baut den Dienst und führt bei jeder Änderung die Tests aus (K1, S15). Das Netz ist mit Terraform "
        "beschrieben (K7, S18). Alarme melden die Fehler (K11, S6).\n"
    )
    told = report(tmp_path, "analysis.md", text.encode())
    assert analysis(told)[0] is Verdict.COMPLETE
    assert [gap.reason.partition(":")[0] for gap in told.gaps if gap.location.path == "analysis.md"] == [
        "is not in English (German)"
    ]
