"""The environment that a name, a path or a command speaks of."""

from __future__ import annotations

import pytest

from evidence_check.environments import environment_of


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("terraform/prod.tfvars", "production"),
        ("deploy-preprod", "staging"),
        ("env/dev/null.tf", "development"),
        ("envs/dev", "development"),
        ("terraform apply -var-file=qa.tfvars > /dev/null", "test"),
        ("make deploy 2>/dev/null", ""),
        ("TEST_CMD=$(make deploy)", ""),
        ("OUTPUT=$(make deploy ENV=uat)", "acceptance"),
    ],
)
def test_names(text: str, environment: str) -> None:
    assert environment_of(text) == environment
