"""The packs of `fixtures/packs/` as they would be handed in: folders with a git history, Word documents made from text.

A pack is a text: one line that says what it is, `like NAME` where it differs from another only in some files, and
sections. `=== path` starts a file, `=== path (removed)` takes one away, `=== HISTORY` tells commits before the files
(see `tests/gitrepo.py`). A `.docx` is made of its lines: `# ` starts a heading, any other line is a paragraph.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from tests.gitrepo import build, git

PACKS = Path(__file__).parent.parent / "fixtures" / "packs"
_HISTORY = "HISTORY"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def names() -> list[str]:
    """Every pack."""
    return sorted(path.stem for path in PACKS.glob("*.txt"))


def hand_in(name: str, folder: Path) -> Path:
    """A pack as a repository in `folder`, the same commits on every machine."""
    files = sections(name)
    case = build(folder / name, files.pop(_HISTORY))
    for path, text in files.items():
        target = case / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(docx(text) if path.endswith(".docx") else text.encode())
    git(case, "add", "--all")
    author = ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@library.example"]
    git(case, *author, "commit", "--quiet", "--message=Hand in", date="2026-05-29T12:00:00+0000")
    return case


def sections(name: str) -> dict[str, str]:
    """The files of a pack by path, those of the pack that it is like among them."""
    head, *rest = re.split(r"^=== ", (PACKS / f"{name}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    like = re.search(r"^like (\S+)$", head, re.MULTILINE)
    files = sections(like[1]) if like else {}
    for section in rest:
        title, _, text = section.partition("\n")
        if title.endswith(" (removed)"):
            del files[title.removesuffix(" (removed)")]
        else:
            files[title] = text.rstrip("\n") + "\n"
    return files


def docx(text: str) -> bytes:
    """A Word document of paragraphs and headings."""
    body = "".join(map(_paragraph, filter(None, text.splitlines())))
    parts = {
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}" Target="word/document.xml"/></Relationships>',
        "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="Heading1">'
        '<w:name w:val="heading 1"/></w:style></w:styles>',
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 5, 29, 12, 0, 0)), content)
    return stream.getvalue()


def _paragraph(line: str) -> str:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if line.startswith("# ") else ""
    return f"<w:p>{style}<w:r><w:t>{escape(line.removeprefix('# '))}</w:t></w:r></w:p>"
