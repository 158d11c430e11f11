"""Personal data is pointed out masked, and ordinary text is left alone."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Author, Command, Document, Fact, File, History, Location, Part, Personal
from evidence_check.privacy import personal_data


def nothing(_file: File) -> bytes:
    raise FileNotFoundError(2, "gone")


def seen(*lines: str) -> list[Personal]:
    document = Document(Location("app", "docs/a.md", 1), "markdown", lines=lines)
    return list(personal_data([], [document], nothing))


@pytest.mark.parametrize(
    ("text", "what", "masked"),
    [
        ("ULN: 9876543210", "ULN", "********10"),
        ("Unique learner number 9876543210", "ULN", "********10"),
        ("Date of birth: 03/04/2001", "date of birth", "***"),
        ("DOB 3 April 2001", "date of birth", "***"),
        ("I live at 12 High Street, Leeds LS1 4AP.", "postcode", "L** ***"),
        ("write to ada.lovelace@gmail.com", "e-mail address", "a***@***.com"),
        ("call 07700900123", "phone number", "*********23"),
        ("call +44 7700 900123", "phone number", "*************23"),
        ("call 020 7946 0958", "phone number", "***********58"),
        ("in /home/alovelace/project", "user name in a path", "a***"),
        (r"in C:\Users\Ada\project", "user name in a path", "A***"),
    ],
)
def test_seen_and_masked(text: str, what: str, masked: str) -> None:
    (found,) = seen("# Title", text)
    assert (found.what, found.masked, found.location) == (what, masked, Location("app", "docs/a.md", 2))


@pytest.mark.parametrize(
    "text",
    [
        "account 123456789012 has order 9876543210",
        "released on 03/04/2021, born of necessity",
        "K1 2AB, port 8080, AES256 and EC2 1AZ, t3 2xL, QQ1 1AA",
        "admin@example.com, git@github.com:a/b.git, noreply@acme.org, https://user:pw@host.example.com",
        "0123456789 is a number, so is 0.7700900123, 10.0.0.1 and 2024-01-02 10:30",
        "/home/ubuntu/app, /home/runner/work, /usr/home, https://x.org/home/welcome, /Users/<name>",
        "the ULN is not here",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert seen(text) == []


def test_several_of_a_kind_in_a_file_are_one() -> None:
    (found,) = seen("a.b@gmail.com", "and c.d@gmail.com")
    assert (found.total, found.location.line) == (2, 1)


def test_commands_tell_user_names_too() -> None:
    command: Fact = Command(Location("app", "run.sh", 4), text="cd /Users/ada/shop && make")
    (found,) = personal_data([], [command], nothing)
    assert found.location == Location("app", "run.sh", 4)


def revised(author: str) -> bytes:
    """A Word file with a tracked change and a comment."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", f'<w:document {w}><w:ins w:author="{author}"/></w:document>')
        package.writestr("word/comments.xml", f'<w:comments {w}><w:comment w:author="{author}"/></w:comments>')
    return stream.getvalue()


def odt(creator: str) -> bytes:
    meta = (
        '<o:meta xmlns:o="urn:office" xmlns:m="urn:meta" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<m:initial-creator>{creator}</m:initial-creator><dc:creator>{creator}</dc:creator></o:meta>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("meta.xml", meta)
    return stream.getvalue()


def docx(creator: str, changed: str) -> bytes:
    core = (
        '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{creator}</dc:creator><cp:lastModifiedBy>{changed}</cp:lastModifiedBy></cp:coreProperties>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("docProps/core.xml", core)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "total"),
    [
        (docx("Ada Lovelace", "Bob Stone"), "a.docx", 2),
        (docx("Ada Lovelace", "Ada Lovelace"), "a.docx", 1),
        (docx("", "python-docx"), "a.docx", 0),
        (revised("Ada Lovelace"), "a.docx", 1),
        (odt("Ada Lovelace"), "a.odt", 1),
        (b"no zip", "a.docx", 0),
        (b"%PDF-1.4 << /Author (Ada Lovelace) >>", "a.pdf", 1),
    ],
)
def test_properties_of_files(data: bytes, name: str, total: int) -> None:
    part = Part("app", "app", (File(Location("app", name), size=len(data)),))
    found = personal_data([part], [], lambda _file: data)
    assert sum(item.total for item in found) == total
    assert all((item.what, item.masked) == ("document author", "A*** L***") for item in found)


def test_addresses_of_the_history_but_not_those_of_bots_and_nobody() -> None:
    people = (
        Author("Ada", ("ada@gmail.com", "1+ada@users.noreply.github.com"), False, 3),
        Author("bot", ("bot@acme.org",), True, 1),
    )
    part = Part("app", "app", history=History(Location("app"), authors=people))
    (found,) = personal_data([part], [], nothing)
    assert (found.what, found.masked, found.total) == ("e-mail address in the git history", "a***@***.com", 1)


def test_a_name_in_a_path_is_told_without_the_path() -> None:
    people = (Author("Zoë Quartermain", (), False, 3), Author("Will", (), False, 1), Author("Ada Bell", (), True, 1))
    paths = ("notes/zoë quartermain/a.txt", "docs/Quartermain-Zoë.md", "will/ada bell/x.txt", "ZoëQuartermain_CV.pdf")
    files = tuple(File(Location("app", path)) for path in paths)
    (found,) = personal_data([Part("app", "app", files, history=History(Location("app"), authors=people))], [], nothing)
    assert (found.location, found.what, found.masked, found.total) == (
        Location("app"),
        "name in a path",
        "Z*** Q***",
        2,
    )


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at_and_no_value_is_told(text: str) -> None:
    for item in seen(text):
        assert "*" in item.masked
