"""The Action's inputs, as a workflow gives them."""

from __future__ import annotations

import pytest

from evidence_check.github.inputs import WrongUsage, read

GIVEN = {"PATHS": ".", "STANDARD": "ST0825", "FORMATS": "html", "OUTPUT": "evidence-report"}


def test_the_defaults_scan_the_checkout() -> None:
    assert read(GIVEN).arguments() == [
        "scan", "--output=evidence-report", "--standard=ST0825", "--format=json", "--format=markdown", "--format=html",
        "--", ".",
    ]  # fmt: skip


def test_inputs_reach_the_command_as_they_are() -> None:
    evil = "$(touch pwned); `touch x` && echo"
    words = read(
        GIVEN | {
            "PATHS": f"infra dir\r\n\r\n{evil}\n--help\n", "CASE": evil, "SUBFOLDER": "a b", "UPSTREAM": "-x",
            "OUTPUT": "out dir/r", "FAIL_ON": f"incomplete\r\n{evil}\n", "FORMATS": "html sarif",
        }
    ).arguments()  # fmt: skip
    assert words == [
        "scan", "--output=out dir/r", "--standard=ST0825", "--format=json", "--format=markdown", "--format=html",
        "--format=sarif", f"--case={evil}", "--subfolder=a b", "--upstream=-x", "--fail-on=incomplete",
        f"--fail-on={evil}", "--", "infra dir", evil, "--help",
    ]  # fmt: skip


def test_what_is_sent_to_code_scanning_is_written_once() -> None:
    assert read(GIVEN | {"SARIF_UPLOAD": "true"}).arguments().count("--format=sarif") == 1
    assert read(GIVEN | {"SARIF_UPLOAD": "true", "FORMATS": "sarif"}).arguments().count("--format=sarif") == 1
    assert "--format=sarif" not in read(GIVEN | {"SARIF_UPLOAD": "false"}).arguments()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"COMMENT": "yes"}, "the input `comment` takes `true` or `false`, not `yes`"),
        ({"SARIF_UPLOAD": "on"}, "the input `sarif-upload` takes `true` or `false`, not `on`"),
        ({"OUTPUT": " "}, "the input `output` is empty: name a folder for the reports"),
    ],
)
def test_what_cannot_be_meant_is_said(given: dict[str, str], said: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        read(GIVEN | given)
    assert str(caught.value) == said
