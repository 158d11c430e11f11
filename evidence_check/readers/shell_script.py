"""Shell, PowerShell and batch scripts, and the git hooks among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Unit, UnitKind
from evidence_check.readers import _shell, _windows_shell
from evidence_check.readers._source import Unreadable

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "shell"
GIVES = frozenset({"command"})

_SHELL = (".sh", ".bash", ".zsh", ".ksh", ".command")
_POWERSHELL = (".ps1", ".psm1")
_BATCH = (".bat", ".cmd")
_TEMPLATES = (".tpl", ".tftpl", ".tmpl", ".j2", ".erb", ".template")
_SHEBANG = expression(rb"#!\s{0,5}(?:\S{0,80}/)?(?:env\s{1,5}(?:-S\s{1,5})?)?(bash|sh|zsh|ksh|dash|ash|pwsh)\b")
_WRAPPERS = frozenset({"gradlew", "gradlew.bat", "mvnw", "mvnw.cmd"})
"""Written by the build tool; what they would tell is not the project's own."""
_HOOK_FOLDER = expression(r"(?:^|/)(?:\.husky|\.?git-?hooks|\.lefthook/[\w-]+)/(?:[\w-]+)(?:\.sh)?$")
_HOOKS = frozenset(
    "pre-commit commit-msg prepare-commit-msg pre-push post-commit post-merge post-checkout pre-rebase "
    "pre-merge-commit pre-receive post-receive update".split()
)


def wants(source: Source) -> bool:
    """By suffix, else by the first line: of files without a suffix and of templates."""
    name = source.name.lower()
    if name in _WRAPPERS:
        return False
    if name.endswith((*_SHELL, *_POWERSHELL, *_BATCH)) or _is_hook(source):
        return True
    if source.file.binary or source.file.size > _shell.SIZE_LIMIT:
        return False
    if "." in name.lstrip(".") and not name.endswith(_TEMPLATES):
        return False
    return _SHEBANG.match(source.data[:200].lstrip(b"\xef\xbb\xbf")) is not None


def read(source: Source) -> Iterable[Fact]:
    """The commands of the script. Raises `Unreadable` where it is too large to be written by hand."""
    text = source.text
    if len(text) > _shell.SIZE_LIMIT or "\0" in text[:4096]:
        raise Unreadable("not a readable script: too large or binary")
    kind = UnitKind.HOOK if _is_hook(source) else UnitKind.SCRIPT
    unit = Unit(kind, source.path, "", source.file.location.part)
    name = source.name.lower()
    shebang = _SHEBANG.match(source.data[:200])
    if name.endswith(_POWERSHELL) or (shebang is not None and shebang[1] == b"pwsh"):
        return _windows_shell.powershell_commands(text, source, unit)
    if name.endswith(_BATCH):
        return _windows_shell.batch_commands(text, source, unit)
    return _shell.commands(text, source, unit)


def _is_hook(source: Source) -> bool:
    return source.name.removesuffix(".sh") in _HOOKS and _HOOK_FOLDER.search(source.path) is not None
