"""A task of Ansible: its module, the module's arguments and the commands among them.

Format: https://docs.ansible.com/ansible/latest/reference_appendices/playbooks_keywords.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from evidence_check.expressions import expression
from evidence_check.readers._scripts import line_of, scalar_text
from evidence_check.tree import Map, Seq, Text

KEYWORDS = frozenset(
    "action any_errors_fatal args async become become_exe become_flags become_method become_user changed_when "
    "check_mode collections connection debugger delay delegate_facts delegate_to diff environment failed_when "
    "ignore_errors ignore_unreachable listen local_action loop loop_control module_defaults name no_log notify "
    "poll port register remote_user retries run_once tags throttle timeout until vars when block rescue always "
    "first_available_file".split()
)
BLOCKS = ("block", "rescue", "always")
SHELLS = frozenset({"shell", "command", "raw", "win_shell", "win_command", "script"})
ROLES = frozenset({"include_role", "import_role"})
_MODULES = frozenset(
    "apt yum dnf package pip npm service systemd copy template file lineinfile blockinfile git get_url "
    "unarchive user group shell command script raw debug set_fact include_tasks import_tasks include_role "
    "import_role docker_container docker_image k8s helm ec2 ufw cron hostname reboot stat uri wait_for fail "
    "assert include_vars synchronize apt_repository apt_key authorized_key firewalld sysctl replace meta "
    "import_playbook".split()
)
_QUALIFIED = expression(r"[a-z]\w{1,60}(?:\.\w{1,60}){2,3}")
_PAIR = expression(r"""(?:^|\s)([a-z_]{1,40})=("[^"]*"|'[^']*'|\{\{.*?\}\}|\S*)""")


class Module(NamedTuple):
    """What a task does."""

    name: str
    """Short name: `apt` for `ansible.builtin.apt`."""
    written: str
    arguments: Map
    """As a mapping; a command line is under `cmd`."""
    line: int


def looks_like_task(item: Any, *, sure: bool) -> bool:
    """Whether a list's item is a task; `sure` where the file's place says that it holds tasks."""
    if not isinstance(item, Map) or "hosts" in item:
        return False
    if any(key in item for key in BLOCKS):
        return sure or isinstance(item.get("block"), Seq)
    others = [key for key in item if key not in KEYWORDS and not key.startswith("with_")]
    if any(_QUALIFIED.fullmatch(key) for key in others) or "local_action" in item or "action" in item:
        return True
    return bool(others) and (sure or (len(others) == 1 and others[0] in _MODULES))


def module_of(task: Map) -> Module | None:
    """The module that a task calls and its arguments, None for a block."""
    for key in task:
        if key not in KEYWORDS and not key.startswith("with_"):
            return Module(_short(key), key, _arguments(task, key, _short(key)), line_of(task, key))
    for key in ("action", "local_action"):
        given = task.get(key)
        if isinstance(given, str):
            written, _, rest = given.strip().partition(" ")
            short = _short(written)
            return Module(short, written, _free_form(rest, task.line_of(key), short), task.line_of(key))
        if isinstance(given, Map):
            written = scalar_text(given.get("module"))
            return Module(_short(written), written, given, task.line_of(key))
    return None


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _arguments(task: Map, key: str, short: str) -> Map:
    given, more = task[key], task.get("args")
    result = Map(task.line_of(key))
    parts: list[Any] = [given, more]
    if isinstance(given, str):
        parts[0] = _free_form(given, line_of(task, key), short)
    elif isinstance(given, Seq) and short in SHELLS:
        parts[0] = None
    for part in parts:
        if isinstance(part, Map):
            result.update(part)
            result.lines.update(part.lines)
    return result


def _free_form(text: str, line: int, short: str) -> Map:
    """`name=git state=present` as a mapping; a command line as `cmd`, without its leading options."""
    result = Map(line)
    if short in SHELLS:
        result["cmd"] = Text(text, line)
        result.lines["cmd"] = line
        return result
    for match in _PAIR.finditer(text[:5000]):
        result[match[1]] = match[2].strip("\"'")
        result.lines[match[1]] = line
    if not result and text.strip():
        result["_raw"] = text
        result.lines["_raw"] = line
    return result
