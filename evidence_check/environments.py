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
_DEVICE = expression(
    r"(?<![\w./}-])/dev/(?:null|zero|tty|std(?:in|out|err)|fd|u?random|shm|tcp|disk|mapper|sd[a-z]|xvd[a-z]|nvme|loop)"
)
_RESULT = expression(r"^\s*\w+=\$\(")


def environment_of(text: str) -> str:
    """The environment that a name, a path or a command speaks of (`terraform/prod.tfvars` -> `production`), else empty.

    A device (`/dev/null`) is none, nor is the variable that takes a command's answer (`TEST_CMD=$(...)`).
    """
    plain = _RESULT.sub("", _DEVICE.sub(" ", text.lower())) if "/dev/" in text or "=$(" in text else text.lower()
    for word in reversed(_ENVIRONMENT_WORD.findall(plain)):
        if word in _ENVIRONMENTS:
            return _ENVIRONMENTS[word]
    return ""
