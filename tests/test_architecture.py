"""The design's floors: nothing imports upwards, and nothing heavy is imported for nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import evidence_check

PACKAGE = Path(evidence_check.__file__).parent

FLOORS = {
    "model": 0, "masking": 0, "atomic": 0, "children": 0, "expressions": 0, "__init__": 0,
    "folders": 0, "cache": 1, "packed": 1, "own_files": 1,
    "tree": 1, "submission": 1, "rulebook": 1, "rule_tests": 1, "standard": 1, "case": 1, "dates": 1, "words": 1,
    "ksb_codes": 1, "patterns": 1,
    "names": 1, "environments": 1,
    "readers": 2,
    "links": 3, "match": 3, "rule_index": 3, "hidden": 3, "detect": 3, "claims": 3, "lint": 3,
    "assess": 4, "handed_in": 4, "gateway": 4, "pack": 4, "attention": 4, "compare": 4,
    "sought": 4, "guesses": 4, "live": 4,
    "foreign": 4, "claim_check": 4, "mentions": 4, "drawing": 4, "privacy": 4, "people": 4,
    "pictures": 4, "clean_svg": 4,
    "pipeline_map": 4, "infrastructure": 4, "timeline": 4, "reading": 4, "prompts": 4,
    "workspace": 4, "init": 5, "workers": 4, "find_case": 4, "look": 5, "scan": 6, "repeat": 5, "render": 5,
    "guard": 4, "fail_on": 5, "console": 5, "cli": 7, "github": 7, "__main__": 7,
}  # fmt: skip
"""Floor by module or package. `render` may only see the model, whatever floor it stands on."""

HEAVY = (
    "networkx",
    "git",
    "hcl2",
    "requests",
    "jinja2",
    "rich",
    "docx",
    "pypdf",
    "PIL",
    "lxml",
    "docutils",
    "holidays",
    "typst",
)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Rooms of our own that a module imports, also inside functions."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "evidence_check":
            names = [f"evidence_check.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("evidence_check.")}
    return rooms - {"__version__"}


def test_every_module_has_a_floor() -> None:
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} == set(FLOORS)


def test_no_import_points_up() -> None:
    upward = [
        f"{path.relative_to(PACKAGE)} imports {room}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for room in sorted(imports_of(path))
        if FLOORS[room] > FLOORS[room_of(path)]
    ]
    assert upward == []


def test_renderers_see_the_model_only() -> None:
    seen = {room for path in (PACKAGE / "render").rglob("*.py") for room in imports_of(path)}
    assert seen <= {"model", "render", "masking", "expressions"}


def test_submission_knows_no_syntax_and_readers_no_signal() -> None:
    submission = {room for path in (PACKAGE / "submission").rglob("*.py") for room in imports_of(path)}
    assert "readers" not in submission
    readers = {room for path in (PACKAGE / "readers").rglob("*.py") for room in imports_of(path)}
    assert not readers & {"rulebook", "standard", "detect", "match"}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from evidence_check.cli import main\n"
        "sys.argv = ['evidence-check', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(','.join(sorted(name for name in sys.modules if '.' not in name)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.splitlines()[-1].split(",")) & set(HEAVY) == set()
