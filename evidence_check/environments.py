"""The environments that names and paths speak of."""

from __future__ import annotations

from evidence_check.expressions import expression

_ENVIRONMENTS = {
    "dev": "development", "development": "development", "develop": "development", "sandbox": "sandbox",
    "test": "test", "testing": "test", "tst": "test", "qa": "test", "sit": "test", "int": "integration",
    "integration": "integration", "uat": "acceptance", "acceptance": "acceptance", "acc": "acceptance",
    "stage": "staging", "staging": "staging", "stg": "staging", "preprod": "staging", "pre-prod": "staging",
    "nonprod": "non-production", "prod": "production", "production": "production", "prd": "production",
    "live": "production", "demo": "demo", "review": "review", "preview": "review", "perf": "performance",
}  # fmt: skip
_ENVIRONMENT_WORD = expression(r"(?:pre|non)-?prod|[a-z]+")


def environment_of(text: str) -> str:
    """The environment that a name or path speaks of (`terraform/prod.tfvars` -> `production`), else empty."""
    for word in reversed(_ENVIRONMENT_WORD.findall(text.lower())):
        if word in _ENVIRONMENTS:
            return _ENVIRONMENTS[word]
    return ""
