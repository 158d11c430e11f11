"""Which syntax a configuration file is written in, by its name, and its leaves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.readers import _templates
from evidence_check.readers._blocks import block_leaves
from evidence_check.readers._ini import ini_leaves, property_leaves
from evidence_check.readers._leaves import JSON_LEAVES, LEAVES, Leaf, leaves
from evidence_check.readers._recognise import not_settings
from evidence_check.readers._source import Unreadable
from evidence_check.readers._toml import parse_toml
from evidence_check.readers._xml import xml_leaves
from evidence_check.tree import BadSyntax, parse_json, parse_yaml

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

_BY_SUFFIX = {
    "yml": "yaml", "yaml": "yaml", "json": "json", "jsonc": "json", "json5": "json", "toml": "toml",
    "ini": "ini", "cfg": "ini", "cnf": "ini", "service": "ini", "timer": "ini", "socket": "ini",
    "properties": "properties", "conf": "conf", "config": "xml", "csproj": "xml", "fsproj": "xml", "vbproj": "xml",
    "props": "xml", "targets": "xml", "pubxml": "xml", "prisma": "blocks", "ruleset": "xml",
}  # fmt: skip
_BY_NAME = {
    ".editorconfig": "ini", ".flake8": "ini", ".pylintrc": "ini", "pylintrc": "ini", ".coveragerc": "ini",
    ".npmrc": "ini", ".pypirc": "ini", ".bandit": "ini", ".gitmodules": "ini", ".gitconfig": "ini", "pip.conf": "ini",
    ".snyk": "yaml", ".yamllint": "yaml", ".ansible-lint": "yaml", ".yarnrc.yml": "yaml", ".clang-format": "yaml",
    ".rubocop": "yaml", "sshd_config": "conf", "telegraf.conf": "toml", "pipfile": "", "mongod.conf": "yaml",
    "vault": "yaml", "daemon.json": "json", "composer.json": "json",
}  # fmt: skip
_RC = expression(r"\.(?:[\w-]{2,30}rc|secretlintignore|parcelrc|babelrc|swcrc)")
_XML_NAME = expression(
    r"(?:log(?:back|4j2?)[\w.-]{0,40}|web|persistence|pom|phpunit|phpcs|psalm|checkstyle[\w-]{0,30}|pmd[\w-]{0,30}|"
    r"spotbugs[\w-]{0,30}|testng[\w-]{0,30}|applicationcontext[\w-]{0,30}|[\w-]{0,30}-?(?:context|config|servlet|security)|"
    r"hibernate\.cfg|server|context|beans|nuget|dependency-check[\w-]{0,30}|suppressions?|settings|ehcache|jetty|"
    r"[\w-]{0,30}ruleset)\.xml"
)
_MANIFEST_LISTS = frozenset({"dependencies", "dependencyManagement", "PackageReference"})
"""Elements of manifests that other readers state."""
_VAULT = "$ANSIBLE_VAULT"
"""What a file begins with that Ansible Vault has encrypted: its one setting."""
# Lock files, catalogues of translations, and outputs of tools.
_LOCK = expression(
    r"(?:package-lock|npm-shrinkwrap|packages\.lock|pnpm-lock|conda-lock|project\.assets|composer\.lock|"
    r"[\w.-]{0,40}\.(?:tf|tfstate|postman_collection|postman_environment|geo|min|deps|runtimeconfig))\.(?:json|ya?ml)"
    r"|[\w-]{1,40}_[a-z]{2}(?:_[a-z]{2})?\.properties|messages\.properties|swagger-ui\.json"
)


def format_of(path: str) -> str:
    """The syntax of a file by its path, empty where it is no configuration file: `yaml`, `json`, `toml`, `ini`,
    `conf` (one of many, told by content), `properties`, `xml`, `blocks`, `rc` (JSON or YAML)."""
    folder, _, name = path.lower().rpartition("/")
    name = _templates.stem(name)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if _LOCK.fullmatch(name):
        return ""
    suffix = name.rpartition(".")[2]
    if suffix == "config" and folder.endswith(".ebextensions"):
        return "yaml"
    if suffix == "conf" and folder.endswith("telegraf.d"):
        return "toml"
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix == "xml":
        return "xml" if _XML_NAME.fullmatch(name) else ""
    return "rc" if _RC.fullmatch(name) else ""


def documents(source: Source) -> list[Any]:
    """The documents of a YAML or JSON file; where it is a template, as far as it can be read with the expressions
    standing for themselves. Raises `Unreadable`."""
    syntax = format_of(source.path)
    as_json = syntax == "json" or (syntax == "rc" and source.text.lstrip()[:1] == "{")
    if not _templates.is_template(source.text):
        return [source.json] if as_json else source.yaml
    found = _template_documents(source.text, as_json)
    if isinstance(found, BadSyntax):
        raise Unreadable(str(found), found.line) from found
    return found


@lru_cache(maxsize=1)
def _template_documents(text: str, as_json: bool) -> list[Any] | BadSyntax:
    """Remembered, failures too, since several readers ask for the documents of one file in turn."""
    parsable = _templates.parsable(text)
    try:
        return [parse_json(parsable)] if as_json else parse_yaml(parsable)
    except BadSyntax as error:
        return error


def file_leaves(source: Source, syntax: str) -> list[Leaf]:
    """The leaves of a configuration file. Raises `Unreadable` where it is broken, but not where it is a template."""
    try:
        return _leaves(source, syntax)
    except (Unreadable, BadSyntax) as error:
        if syntax == "rc" or _templates.is_filled_in(source.name, source.text):
            return []
        raise Unreadable(str(error), error.line) from error


def _leaves(source: Source, syntax: str) -> list[Leaf]:
    if syntax == "properties":
        return property_leaves(source.text)
    if syntax == "toml":
        return _templates.restored(leaves(parse_toml(_templates.parsable(source.text))))
    if syntax in ("ini", "conf"):
        return _templates.restored(ini_leaves(_templates.parsable(source.text), words=syntax == "conf"))
    if syntax == "xml":
        return xml_leaves(source.data, _MANIFEST_LISTS) if source.text.lstrip()[:1] == "<" else []
    if syntax == "blocks":
        return block_leaves(source.text, "program")
    if source.text.startswith(_VAULT):
        return [Leaf(_VAULT, source.text.partition("\n")[0][:100], 1)]
    if not source.text.strip():
        return []
    found: list[Leaf] = []
    for document in documents(source):
        skip = not_settings(document)
        if skip is not None:
            found.extend(leaves(document, skip=skip, limit=JSON_LEAVES if syntax == "json" else LEAVES))
    return _templates.restored(found)
