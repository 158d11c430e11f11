"""The Action's inputs, which reach a step through its environment and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class WrongUsage(ValueError):
    """An input that cannot be meant so, in one line for a person."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the scan step is asked for; `action.yml` describes each."""

    paths: tuple[str, ...]
    case: str
    subfolder: str
    upstream: str
    standard: str
    formats: tuple[str, ...]
    output: str
    fail_on: tuple[str, ...]
    previous: str
    comment: bool
    sarif_upload: bool

    def arguments(self) -> list[str]:
        """The words of the command that scans: values can be no options, whatever they are."""
        formats = dict.fromkeys(("json", "markdown", *self.formats, *(["sarif"] if self.sarif_upload else [])))
        words = ["scan", f"--output={self.output}", f"--standard={self.standard}"]
        words += [f"--format={name}" for name in formats]
        for option in ("case", "subfolder", "upstream"):
            if value := getattr(self, option):
                words.append(f"--{option}={value}")
        return [*words, *(f"--fail-on={condition}" for condition in self.fail_on), "--", *self.paths]


def read(environment: Mapping[str, str]) -> Inputs:
    """The inputs in the variables of the step. Raises `WrongUsage`."""

    def text(name: str) -> str:
        return environment.get(name, "").strip()

    if not text("OUTPUT"):
        raise WrongUsage("the input `output` is empty: name a folder for the reports")
    return Inputs(
        paths=_lines(environment.get("PATHS", "")),
        case=text("CASE"),
        subfolder=text("SUBFOLDER"),
        upstream=text("UPSTREAM"),
        standard=text("STANDARD"),
        formats=tuple(environment.get("FORMATS", "").split()),
        output=text("OUTPUT"),
        fail_on=_lines(environment.get("FAIL_ON", "")),
        previous=text("PREVIOUS"),
        comment=_switch(environment, "COMMENT", "comment"),
        sarif_upload=_switch(environment, "SARIF_UPLOAD", "sarif-upload"),
    )


def _lines(text: str) -> tuple[str, ...]:
    """The lines that are not empty; a workflow written on Windows ends them with a carriage return."""
    return tuple(line for line in (line.rstrip("\r") for line in text.split("\n")) if line.strip())


def _switch(environment: Mapping[str, str], name: str, input_: str) -> bool:
    value = environment.get(name, "").strip() or "false"
    if value not in {"true", "false"}:
        raise WrongUsage(f"the input `{input_}` takes `true` or `false`, not `{value}`")
    return value == "true"
