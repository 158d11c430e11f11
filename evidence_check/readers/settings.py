"""Configuration files: every leaf of YAML, JSON, TOML, INI, properties and XML as a setting.

Left out are pipelines, what other readers state as resources (Kubernetes objects, Compose services, CloudFormation
resources, Ansible tasks, dashboards, API specifications), lock files, translations and data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Setting
from evidence_check.readers._blocks import block_leaves
from evidence_check.readers._conf_kind import conf_kind
from evidence_check.readers._formats import file_leaves, format_of
from evidence_check.readers._leaves import settings
from evidence_check.readers._source import Unreadable
from evidence_check.readers._templates import parsable, restored

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "settings"
GIVES = frozenset({Setting.kind})

SIZE = 512 * 1024
"""A larger file is data."""
TEST_SIZE = 64 * 1024
"""The same beside tests, where most such files are test data."""

_FOREIGN = expression(
    r"(?:^|/)(?:\.github/(?:workflows|actions)|\.circleci|\.buildkite|\.woodpecker|\.tekton|\.semaphore|\.gitlab/ci|buildspecs?|"
    r"locales?|i18n|l10n|langs?|languages?|translations?|fixtures|__fixtures__|testdata|cassettes|__snapshots__|"
    r"(?:tasks|handlers)(?=/[^/]*\.ya?ml$))/"
    r"|(?:^|/)(?:\.gitlab-ci[\w.-]*|\.travis|\.drone|\.woodpecker|\.?appveyor|azure-pipelines?[\w.-]*|"
    r"bitbucket-pipelines|amplify|buildspec[\w.-]*|cloudbuild[\w.-]*|action|\.cirrus|wercker|codeship-steps|jenkins-x[\w.-]*|"
    r"[\w.-]*\.gitlab-ci)\.ya?ml$"
    r"|(?:^|/)(?:hosts|inventory)[\w.-]*\.ini$",
    re.IGNORECASE,
)
_DATA_JSON = expression(
    r"(?:^|/)(?:data|seeds?|mocks?|stubs|responses?|payloads|requests|schemas?|assets|static|public|contracts|wiremock|"
    r"mappings|__files|dictionaries|content)/[^/]*\.json$|(?:^|/)src/\w+/resources/(?:.*/).*\.json$",
    re.IGNORECASE,
)
_TEST_CONFIGURATION = expression(
    r"(?:package|tsconfig[\w.-]*|jest[\w.-]*|cypress[\w.-]*|[\w.-]*config|appsettings[\w.-]*|[\w.-]*rc)\.json",
    re.IGNORECASE,
)
_EDITOR = expression(r"(?:^|/)\.(?:vscode|vs|idea|fleet|zed)/|\.code-workspace$")
"""What an editor keeps for itself: no gap where it is broken."""
_HELM = expression(r"(?:^|/)templates/(?:.*/)?[^/]*\.ya?ml$", re.IGNORECASE)
_CHART = expression(
    r"\{\{-|-\}\}|\{\{/\*|\{\{[^}\n]{0,200}(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|\b(?:include|template|define)\s+\")"
)
"""What only the templates of a chart have; others (`{{ .Labels.instance }}`, `{{ user }}`) stand within plain YAML."""
_OTHERS_CONF = frozenset({"nginx", "apache", "haproxy", "caddy", "fluentd", "collectd", "logstash", "alloy"})


def wants(source: Source) -> bool:
    """Configuration files by name, none of those that other readers have for themselves."""
    syntax = format_of(source.path)
    if not syntax or source.file.size > (TEST_SIZE if source.is_test else SIZE) or _FOREIGN.search(source.path):
        return False
    if syntax == "json" and _is_data(source):
        return False
    if syntax in ("conf", "ini"):
        return conf_kind(source) not in _OTHERS_CONF
    return not (_HELM.search(source.path) and _CHART.search(source.text))


def _is_data(source: Source) -> bool:
    if source.is_test:
        return not _TEST_CONFIGURATION.fullmatch(source.name)
    return bool(_DATA_JSON.search(source.path))


def read(source: Source) -> Iterable[Setting]:
    """Every leaf. Raises `Unreadable` where the file is broken, unless it is test data, what an editor keeps, an
    engine's template, or YAML: that may be more than settings, and its own reader tells."""
    syntax = format_of(source.path)
    if syntax == "conf" and conf_kind(source) == "hocon":
        return settings(source, restored(block_leaves(parsable(source.text), "program")))
    try:
        return settings(source, file_leaves(source, syntax))
    except Unreadable:
        if source.is_test or syntax == "yaml" or _EDITOR.search(source.path):
            return []
        raise
