"""Packages and plugins that Maven, Gradle and sbt builds ask for.

`pom.xml` (https://maven.apache.org/pom.html): dependencies, plugins and the parent, `${...}` filled in from the file's
own properties. `build.gradle` and `build.gradle.kts` by pattern, since they are programs; `libs.versions.toml`
(https://docs.gradle.org/current/userguide/version_catalogs.html); `build.sbt` and `plugins.sbt`. A Gradle plugin's name
is its id. Plugins have the scope `build`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Dependency
from evidence_check.readers._comments import blank_comments
from evidence_check.readers._elements import child, children, local_name, root_of, texts
from evidence_check.readers._line_numbers import line_counter
from evidence_check.readers._source import Unreadable
from evidence_check.readers._toml import parse_toml
from evidence_check.tree import BadSyntax, Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from evidence_check.readers._source import Source

SYSTEM = "maven-packages"
GIVES = frozenset({Dependency.kind})

_CATALOGUE = expression(r"\.versions\.toml$")
_PLACEHOLDER = expression(r"\$\{([\w.-]{1,100})\}")


def wants(source: Source) -> bool:
    """Build files by name."""
    name = source.name
    return (
        name == "pom.xml"
        or name.endswith((".gradle", ".gradle.kts", ".sbt", ".pom"))
        or _CATALOGUE.search(name) is not None
    )


def read(source: Source) -> Iterator[Dependency]:
    """What the build file itself names. Raises `Unreadable`."""
    try:
        if source.name.endswith((".xml", ".pom")):
            yield from _pom(source, root_of(source))
        elif source.name.endswith(".toml"):
            yield from _catalogue(source, parse_toml(source.text))
        elif source.name.endswith(".sbt"):
            yield from _sbt(source)
        else:
            yield from _gradle(source)
    except BadSyntax as error:
        raise Unreadable(str(error), error.line) from error


# --- Maven ------------------------------------------------------------------------------------------------------------


def _pom(source: Source, project: _Element) -> Iterator[Dependency]:
    if local_name(project) != "project":
        return
    properties = texts(child(project, "properties"))
    properties["project.version"] = texts(project).get("version", "")
    parent = child(project, "parent")
    if parent is not None:
        yield from _artefact(source, parent, properties, "build")
    for owner in (project, *children(child(project, "profiles"), "profile")):
        for element in children(child(owner, "dependencies"), "dependency"):
            yield from _artefact(source, element, properties, "")
        for section in (child(owner, "build"), child(owner, "reporting")):
            for element in children(child(section, "plugins"), "plugin"):
                yield from _artefact(source, element, properties, "build")


def _artefact(source: Source, element: _Element, properties: dict[str, str], scope: str) -> Iterator[Dependency]:
    parts = texts(element)
    artefact = parts.get("artifactId", "")
    if not artefact:
        return
    group = parts.get("groupId") or ("org.apache.maven.plugins" if local_name(element) == "plugin" else "")

    def filled(text: str) -> str:
        return _PLACEHOLDER.sub(lambda match: properties.get(match[1]) or match[0], text)

    yield Dependency(
        source.at(element.sourceline or 0),
        ecosystem="maven",
        name=f"{filled(group)}:{filled(artefact)}",
        version=filled(parts.get("version", "")),
        scope="test" if parts.get("scope") == "test" else scope,
    )


# --- Gradle -----------------------------------------------------------------------------------------------------------

_QUOTED = r"[\"'](?P<{}>[\w.$\{{\}}-]{{1,150}})[\"']"
_MODULE = r"[\"'](?P<module>[\w.-]{1,150}:[\w.$\{\}-]{1,150})(?::(?P<version>[^\"'\n]{0,100}))?[\"']"
_CONFIGURATIONS = (
    r"[iI]mplementation|[aA]pi|[cC]ompile|[cC]ompileOnly|[rR]untime|[rR]untimeOnly|[aA]nnotationProcessor"
    r"|[dD]evelopmentOnly|[cC]lasspath|kapt|ksp|[aA]gent"
)
_GRADLE = expression(
    rf"^[ \t]*(?:add\([ \t]*)?[\"']?(?P<scope>\w{{0,60}}(?:{_CONFIGURATIONS}))[\"']?[ \t,]*[( \t]+"
    r"(?:(?:platform|enforcedPlatform|testFixtures)[ \t]*\([ \t]*)?"
    rf"(?:{_MODULE}"
    rf"|group[ \t]*[:=][ \t]*{_QUOTED.format('group')}[ \t]*,[ \t]*name[ \t]*[:=][ \t]*{_QUOTED.format('name')}"
    rf"(?:[ \t]*,[ \t]*version[ \t]*[:=][ \t]*{_QUOTED.format('number')})?"
    rf"|kotlin\([ \t]*{_QUOTED.format('kotlin')}\))",
    re.MULTILINE,
)
_GRADLE_MORE = expression(rf"[ \t]*,\s{{0,200}}{_MODULE}")
_GRADLE_PLUGIN = expression(
    rf"^[ \t]*(?:id[ \t(]+{_QUOTED.format('id')}"
    rf"|kotlin\([ \t]*{_QUOTED.format('kotlin')}[ \t]*\)(?=[^\n]{{0,80}}$)"
    rf"|apply[ \t(]*plugin[ \t]*[:=][ \t]*{_QUOTED.format('apply')}"
    r"|(?P<bare>`[\w-]{1,60}`|java|jacoco|checkstyle|pmd|war)[ \t]*$)"
    rf"(?:[ \t)]*version[ \t(]*{_QUOTED.format('version')})?",
    re.MULTILINE,
)
_TEST_SCOPE = expression(r"[tT]est|[mM]ock")


def _gradle(source: Source) -> Iterator[Dependency]:
    text = blank_comments(source.text, "groovy")
    line_of = line_counter(text)
    for match in _GRADLE_PLUGIN.finditer(text):
        name = match["id"] or match["apply"] or (match["bare"] or "").strip("`")
        if match["kotlin"]:
            name = f"org.jetbrains.kotlin.{match['kotlin']}"
        if not (match["kotlin"] and _inside(text, match.start(), "dependencies")):
            yield Dependency(source.at(line_of(match.start())), "maven", name, match["version"] or "", "build")
    for match in _GRADLE.finditer(text):
        word = match["scope"]
        scope = "test" if _TEST_SCOPE.search(word) else "build" if word.lower().endswith("classpath") else ""
        scope = "dev" if word == "developmentOnly" else scope
        name = match["module"] or f"{match['group']}:{match['name']}"
        if match["kotlin"]:
            name = f"org.jetbrains.kotlin:kotlin-{match['kotlin']}"
        version = match["version"] or match["number"] or ""
        yield Dependency(source.at(line_of(match.start())), "maven", name, version, scope)
        more = _GRADLE_MORE.match(text, match.end())
        while more is not None:
            line = line_of(more.start("module"))
            yield Dependency(source.at(line), "maven", more["module"], more["version"] or "", scope)
            more = _GRADLE_MORE.match(text, more.end())


def _inside(text: str, offset: int, block: str) -> bool:
    """Whether the nearest block that begins a line above is of that name."""
    opened = re.findall(r"^(\w{1,40})[ \t]*\{", text[max(0, offset - 5_000) : offset], re.MULTILINE)
    return bool(opened) and opened[-1] == block


def _catalogue(source: Source, tree: Map) -> Iterator[Dependency]:
    versions = tree.get("versions")
    for section, scope in (("libraries", ""), ("plugins", "build")):
        table = tree.get(section)
        if not isinstance(table, Map):
            continue
        for alias, entry in table.items():
            name, version = _catalogue_entry(entry, versions if isinstance(versions, Map) else Map())
            if name:
                yield Dependency(source.at(table.line_of(alias)), "maven", name, version, scope)


def _catalogue_entry(entry: object, versions: Map) -> tuple[str, str]:
    if isinstance(entry, str):
        name, _, version = entry.rpartition(":")
        return name, version
    if not isinstance(entry, Map):
        return "", ""
    name = entry.get("module") or entry.get("id") or ":".join(str(entry.get(key, "")) for key in ("group", "name"))
    version = entry.get("version", "")
    if isinstance(version, Map):
        version = versions.get(str(version.get("ref", "")), "")
    return str(name).strip(":"), version if isinstance(version, str) else ""


# --- sbt --------------------------------------------------------------------------------------------------------------

_SBT = expression(
    r"\"(?P<group>[\w.-]{1,150})\"[ \t]*%{1,3}[ \t]*\"(?P<name>[\w.-]{1,150})\""
    r"[ \t]*%[ \t]*(?:\"(?P<version>[^\"\n]{1,60})\"|\w{1,60})(?:[ \t]*%[ \t]*\"?(?P<scope>[\w,]{1,20}))?"
)


def _sbt(source: Source) -> Iterator[Dependency]:
    text = blank_comments(source.text, "scala")
    line_of = line_counter(text)
    for match in _SBT.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        plugin = "addSbtPlugin" in text[line_start : match.start()]
        scope = "build" if plugin else "test" if "test" in (match["scope"] or "").lower() else ""
        name = f"{match['group']}:{match['name']}"
        yield Dependency(source.at(line_of(match.start())), "maven", name, match["version"] or "", scope)
