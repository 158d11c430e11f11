"""The scripts that a command has another machine run: `ssh`, and the command lines of clouds that reach a server.

Forms: ssh(1), https://docs.aws.amazon.com/cli/latest/reference/ssm/send-command.html,
https://learn.microsoft.com/cli/azure/vm/run-command, https://cloud.google.com/sdk/gcloud/reference/compute/ssh,
https://docs.ansible.com/ansible/latest/command_guide/intro_adhoc.html
"""

from __future__ import annotations

import json

from evidence_check.expressions import expression

_SSH_VALUES = frozenset("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -pw -Q -R -S -W -w".split())
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh"})

_OPTIONS = (
    (("vagrant", "ssh"), ("-c", "--command")),
    (("az", "aks", "command", "invoke"), ("-c", "--command")),
    (("az", "container", "exec"), ("--exec-command",)),
    (("az", "containerapp", "exec"), ("--command",)),
    (("aws", "ecs", "execute-command"), ("--command",)),
    (("doctl", "compute", "ssh"), ("--ssh-command",)),
    (("fly", "ssh", "console"), ("-C", "--command")),
    (("flyctl", "ssh", "console"), ("-C", "--command")),
    (("eb", "ssh"), ("-c", "--command")),
)
"""What a command begins with, and the options whose value is the script."""
_AD_HOC = frozenset({"", "shell", "command", "raw", "ansible.builtin.shell", "ansible.builtin.command"})
_QUOTED = expression(r'"((?:[^"\\]|\\.){1,4000})"')
_NEXT = expression(r",(?=[A-Za-z./])")


def scripts(words: tuple[str, ...], fed: str) -> list[str]:
    """The scripts, none where the command reaches no other machine. `fed` is the text of its heredoc."""
    program = words[0]
    if program in {"ssh", "sshpass", "autossh", "plink"}:
        return _ssh(words, fed)
    if program == "gcloud":
        return after_option(words, ("--command",)) if "ssh" in words[1:5] else []
    if words[:2] in {("az", "vm"), ("az", "vmss")} and words[2:3] == ("run-command",):
        return _azure(words)
    if words[:3] == ("aws", "ssm", "send-command"):
        return [script for value in after_option(words, ("--parameters",)) for script in _of_parameters(value)]
    if program == "ansible":
        module = after_option(words, ("-m", "--module-name"))
        return after_option(words, ("-a", "--args")) if set(module) <= _AD_HOC else []
    for start, options in _OPTIONS:
        if words[: len(start)] == start:
            return after_option(words[len(start) :], options)
    return []


def after_option(words: tuple[str, ...], options: tuple[str, ...]) -> list[str]:
    """The value of the first of these options that is given, if any."""
    for index, word in enumerate(words):
        if word in options and index + 1 < len(words):
            return [words[index + 1]]
        name, equals, value = word.partition("=")
        if equals and name in options:
            return [value]
    return []


def _ssh(words: tuple[str, ...], fed: str) -> list[str]:
    if words[0] == "sshpass":
        try:
            words = words[words.index("ssh") :]
        except ValueError:
            return []
    rest = _operands(_operands(words[1:])[1:])
    if rest and not (fed and rest[0].rpartition("/")[2].split(" ")[0] in _SHELLS):
        return [" ".join(rest)]
    return [fed] if fed else []


def _operands(words: tuple[str, ...]) -> tuple[str, ...]:
    index = 0
    while index < len(words) and words[index].startswith("-") and len(words[index]) > 1:
        if words[index] == "--":
            return words[index + 1 :]
        index += 2 if words[index] in _SSH_VALUES else 1
    return words[index:]


def _azure(words: tuple[str, ...]) -> list[str]:
    """Several values are lines of one script; `@name` is a file that is sent."""
    for option in ("--scripts", "--script"):
        if option in words:
            rest = words[words.index(option) + 1 :]
            end = next((index for index, word in enumerate(rest) if word.startswith("-")), len(rest))
            return ["\n".join(f"bash {word[1:]}" if word.startswith("@") else word for word in rest[:end])]
    return []


def _of_parameters(value: str) -> list[str]:
    """The commands of `{"commands": ["a", "b"]}`, `commands=["a","b"]`, `commands=a,b`."""
    value = value.strip()
    if not value.startswith("{"):
        name, _, value = value.partition("=")
        if name.strip().lower() != "commands":
            return []
        value = value.strip()
        if not value.startswith("["):
            return ["\n".join(_NEXT.split(value))] if value else []
    try:
        given = json.loads(value)
    except ValueError:
        # a shell's quotes are often one too few
        listed = [text for text in _QUOTED.findall(value) if text.lower() != "commands"]
        listed = listed or [value.strip('[]{}" \n')]
    else:
        given = given.get("commands") if isinstance(given, dict) else given
        listed = [str(item) for item in given] if isinstance(given, list) else [str(given or "")]
    script = "\n".join(listed).strip()
    return [script] if script else []
