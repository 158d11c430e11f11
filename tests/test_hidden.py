"""What could not be read may hide: what its text names, and nothing else where the text can tell."""

from __future__ import annotations

import pytest

from evidence_check.model import Outcome
from evidence_check.rulebook import load_rules
from tests.support import detect_in

MANIFEST = "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: @shop\n"
"""No YAML: no scalar begins with `@`."""


def unknown(files: dict[str, str]) -> set[str]:
    findings = detect_in(load_rules(), {"files": files})
    return {signal for signal, finding in findings.items() if finding.outcome is Outcome.UNKNOWN}


def test_a_broken_manifest_hides_the_kinds_that_it_names() -> None:
    assert "automation.scheduled" in unknown({"k8s/web.yaml": MANIFEST.format(kind="CronJob")})
    hidden = unknown({"k8s/web.yaml": MANIFEST.format(kind="Service")})
    assert not hidden & {"automation.scheduled", "data.migrations", "security.dast", "security.supply-chain"}


def test_a_broken_manifest_hides_the_programs_that_it_names() -> None:
    scan = MANIFEST.format(kind="Job") + "spec:\n  command: [trivy, image, shop]\n"
    assert "security.image-scan" in unknown({"k8s/scan.yaml": scan})
    assert "security.image-scan" not in unknown({"k8s/scan.yaml": scan.replace("trivy", "true")})


@pytest.mark.parametrize("kind", ["{{ .Values.kind }}", "'{{kind}}'", "${KIND}"])
def test_what_is_filled_in_may_be_anything(kind: str) -> None:
    assert "automation.scheduled" in unknown({"k8s/web.yaml": MANIFEST.format(kind=kind)})


def test_broken_terraform_hides_the_types_that_it_names() -> None:
    text = 'resource "{}" "a" {{\n  b = [\n'
    assert "monitoring.alerts" in unknown({"main.tf": text.format("aws_cloudwatch_metric_alarm")})
    assert "monitoring.alerts" not in unknown({"main.tf": text.format("aws_vpc")})


def test_a_broken_workflow_may_run_anything() -> None:
    hidden = unknown({".github/workflows/ci.yml": "on: push\njobs:\n  a: @b\n"})
    assert {"cicd.deployment", "cicd.automated-tests", "security.dast"} <= hidden
