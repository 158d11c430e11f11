"""Whose a file is, as far as evidence goes, and what it is written in: by the tree's paths and the file's first bytes.

What counts as vendored or generated follows GitHub linguist's `vendor.yml` and `generated.rb`, except that a folder
called `build`, `vendor`, `dist`, `bin` or `test` alone proves nothing: such names hold own work in real projects (build
scripts, a marketplace's vendors, a test environment's settings), so that something in them must confirm it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import FACTS, Category
from evidence_check.submission.languages import (
    BINARY_BY_SUFFIX,
    PROGRAMMING,
    PROSE,
    language_of,
    language_of_head,
    suffix_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

DEPTH_LIMIT = 100
"""Folders that a path may be nested in; what lies deeper is a gap."""
HEAD = 2048
"""Bytes of a file's beginning that `Inventory.classify` wants to see."""
EVERY_FACT = frozenset(FACTS) - {"history", "event"}
"""What a place that cannot be looked at may hide."""
ASIDE = frozenset({Category.VENDORED, Category.GENERATED})
"""Categories of files that nobody wrote for this project."""
PROSE_FACTS = frozenset({"file", "document", "diagram"})
"""What a document or picture that cannot be looked at may hide."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What the inventory says of a file."""

    category: Category
    language: str
    binary: bool


# --- folders ----------------------------------------------------------------------------------------------------------

_VENDORED = frozenset(
    "node_modules bower_components jspm_packages web_modules site-packages dist-packages .terraform .terragrunt-cache "
    ".bundle .yarn .pnpm-store .venv .virtualenv .tox .nox third_party third-party thirdparty externals .gradle .m2 "
    ".cargo pods carthage .eggs .serverless cdk.out .git".split()
)
_GENERATED = frozenset(
    "__pycache__ .pytest_cache .mypy_cache .ruff_cache .nyc_output htmlcov lcov-report coverage-report .next .nuxt "
    ".svelte-kit .parcel-cache .angular .aws-sam .scannerwork .ipynb_checkpoints .vs allure-report "
    "allure-results playwright-report test-results surefire-reports testresults storybook-static".split()
)
_WEB_ASSETS = frozenset("static assets public wwwroot webapp css js javascripts stylesheets scss".split())
_TEST_FOLDER = expression(
    r"(?:.{1,60}[-_. ])?(?:unit|integration|system|acceptance|functional|component|smoke|load|performance|perf|e2e|ui|"
    r"api|contract)?[-_]?(?:tests?|specs?|e2e|__tests__)(?:[-_.].{1,60})?|__tests__|__mocks__|cypress|playwright|"
    r"testdata|testing|[A-Z]\w{0,60}Tests?",
)
_NOT_TEST_FOLDER = expression(r"(?:api|open-?api|swagger|cloud|tech|design|functional)[-_.]?specs?", re.IGNORECASE)

# A path below one of these folders that matches the pattern proves that the folder is what its name suggests.
_PROOFS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, expression(rf"(?:^|/)({folder})/(?:{inside})", re.IGNORECASE))
    for category, folder, inside in (
        (Category.VENDORED, r"vendor", r"modules\.txt|autoload\.php|(?:composer|bundle|cache|gems|ruby)/"),
        (Category.VENDORED, r"vendor", r"(?:github\.com|golang\.org|gopkg\.in|google\.golang\.org)/"),
        (Category.VENDORED, r"[^/]{1,80}", r"pyvenv\.cfg$|conda-meta/|meta/\.galaxy_install_info$"),
        (Category.VENDORED, r"v?env|virtualenv", r"bin/activate$|scripts/activate(?:\.bat)?$|lib/python"),
        (Category.GENERATED, r"build", r"static/|asset-manifest\.json|index\.html|(?:bundle|main)[^/]{0,40}\.js"),
        (Category.GENERATED, r"build", r"(?:libs|classes|lib|reports|generated|test-results)/"),
        (Category.GENERATED, r"target", r"classes/|maven-|surefire-|generated-|debug/|release/|[^/]{1,100}\.[jw]ar$"),
        (Category.GENERATED, r"bin|obj", r"debug/|release/|project\.assets\.json|[^/]{1,100}\.nuget\."),
        (Category.GENERATED, r"out", r"production/|test/|_next/|artifacts/|index\.html"),
        (Category.GENERATED, r"coverage", r"lcov|clover\.xml|coverage-|cobertura|index\.html|\.last_run"),
        (Category.GENERATED, r"sorbet/rbi", r"hidden-definitions/|sorbet-typed/"),
        (Category.GENERATED, r"_site|public", r"(?:[^/]{1,60}/){0,2}(?:sitemap\.xml|index\.xml)$"),
    )
)
_MAY_PROVE = expression(
    r"(?:^|/)(?:vendor|v?env|virtualenv|build|target|bin|obj|out|coverage|sorbet/rbi|_site|public)/|"
    r"/(?:pyvenv\.cfg$|conda-meta/|meta/\.galaxy_install_info$)",
    re.IGNORECASE,
)
"""Every path that one of the proofs matches, and few others: one search instead of many."""
_OUTPUT = frozenset({"dist", "genproto"})
_WRITTEN_BY_HAND = frozenset("dockerfile shell powershell batchfile hcl yaml makefile groovy markdown ruby".split())
"""Languages that no bundler or compiler writes into an output folder."""

# --- names ------------------------------------------------------------------------------------------------------------

_LOCK_FILES = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb poetry.lock pipfile.lock "
    "uv.lock pdm.lock composer.lock gemfile.lock cargo.lock go.sum go.work.sum packages.lock.json mix.lock "
    "pubspec.lock gradle.lockfile podfile.lock flake.lock chart.lock requirements.lock deno.lock "
    ".terraform.lock.hcl conan.lock paket.lock project.assets.json .ds_store thumbs.db desktop.ini .coverage "
    "coverage.xml lcov.info cobertura.xml clover.xml jacoco.xml mvnw mvnw.cmd gradlew gradlew.bat "
    "mavenwrapperdownloader.java npm-debug.log yarn-error.log next-env.d.ts reportwebvitals.js".split()
)
_GENERATED_NAME = expression(
    r"_pb2(?:_grpc)?\.pyi?$|\.pb(?:\.gw)?\.(?:go|cc|h|validate\.go)$|_grpc\.pb\.go$|_pb\.(?:js|d\.ts|rb)$|"
    r"^zz_generated\.|\.gen\.(?:go|ts)$|[._]generated\.\w{1,5}$|\.g\.(?:cs|dart|i\.cs)$|\.designer\.(?:cs|vb)$|"
    r"\.freezed\.dart$|\.(?:js|css)\.map$|\.tfstate(?:\.[\w.-]{1,40})?$|\.tfplan$|\.tsbuildinfo$|\.snap$|"
    r"\.egg-info$|\.chunk\.(?:js|css)$|\.bundle\.(?:js|css)$|^npm-debug\.log|^hs_err_pid\d{1,9}\.log$"
)
_VENDORED_NAME = expression(
    r"[.-]min\.(?:js|css|mjs)$|"
    r"^(?:jquery|angular|react|react-dom|vue|bootstrap|d3|lodash|underscore|backbone|moment|popper|axios|ember|knockout|"
    r"handlebars|mustache|three|chart|socket\.io|sockjs|stomp|require|modernizr|html5shiv|respond|select2|datatables|"
    r"leaflet|highcharts|htmx|alpine|tailwind|foundation|bulma|swagger-ui|redoc|font-?awesome|fontawesome|"
    r"normalize|animate|materialize|prism|highlight|tinymce|ckeditor|ace|codemirror|mermaid|plotly|vega)"
    r"(?:[-_.](?:v?\d[\w.]{0,20}|slim|core|bundle|esm|umd|prod|dev|all|standalone|production|development|custom|ui|"
    r"validate|unobtrusive|preset|grid|reboot|utilities|rtl)){1,4}\.(?:js|css|mjs)$|"
    r"^(?:jquery[\w.-]{0,40}|socket\.io|html5shiv|modernizr|fontawesome|font-awesome)\.(?:js|css)$"
)
_LIBRARY_ASSET = expression(
    r"^bootstrap\.css$|^(?:angular(?:-[a-z]{2,12})?|vue|react|d3|lodash|underscore|moment|popper|axios|normalize|animate|htmx|"
    r"knockout|handlebars|bulma|materialize|select2|leaflet|require)\.(?:js|css)$"
)
_TEST_NAME = expression(
    r"^test_[^/]*\.py$|_tests?\.(?:py|go|rb|rs|exs|dart|js|ts|php|rego|cc|cpp|c)$|^conftest\.py$|^tests?\.(?:py|js|ts)$|"
    r"[.-](?:test|tests|spec|specs|cy|e2e|e2e-spec|unit|steps|ispec)\.[cm]?[jt]sx?$|_spec\.(?:rb|js|ts|lua)$|\.bats$|"
    r"\.feature$|\.robot$|\.tftest\.(?:hcl|json)$|\.tests\.ps1$|\.jmx$|^k6[-_.][\w.-]{0,60}\.[jt]s$|\.k6\.[jt]s$|"
    r"^(?:locustfile|loadtest)\.py$|\.postman_collection\.json$|^setuptests\.[jt]sx?$|\.artillery\.ya?ml$",
    re.IGNORECASE,
)
_TEST_CLASS = expression(
    r"(?:Test|Tests|TestCase|IT|ITCase|Spec|Specs|Suite|Steps|StepDefs|StepDefinitions|Cest)\."
    r"(?:java|kt|groovy|scala|cs|fs|vb|php|swift)$|^Test[A-Z]\w{0,80}\.(?:java|kt)$"
)
_STEPS = expression(r"(?:^|/)(?:features?/(?:[^/]{1,60}/){0,3}(?:steps|support)|step_definitions)/")

# --- first bytes ------------------------------------------------------------------------------------------------------

_COMMENT = expression(rb"\s*(?://|#|/?\*|<!--|<\?xml|--|;|%|\"\"\"|'''|@?rem\b|['\"]use strict|$)", re.IGNORECASE)
_GENERATED_HEAD = expression(
    rb"(?:^|[ \t*(<])@generated(?![(\w.])|<auto-?generated|"
    rb"this file (?:is|was|has been) auto(?:matically)?[- ]?generated"
)
_GENERATED_HINT = expression(rb"\bauto-?generated|\bgenerated\b")
_DO_NOT_EDIT = expression(
    rb"(?:do not|don't|not be|never) (?:manually |hand[- ]?)?(?:edit|modif|chang)|changes will be (?:lost|overwritten)"
)
_BANNER = expression(rb"/\*!|/\*\*?\s{1,4}\*?\s{0,4}@(?:license|preserve)")
_BANNER_WORDS = expression(rb"licen[cs]e|copyright|\(c\)|\bv\d")
_HEAD_FREE = frozenset({"pip requirements", "text", "", "symlink"}) | PROSE
_LFS = b"version https://git-lfs.github.com/spec/"


def is_lfs_pointer(head: bytes) -> bool:
    """Whether a file is only Git LFS's pointer to the real one (git-lfs specification, "The Pointer")."""
    return head.startswith(_LFS)


def is_code(path: str) -> bool:
    """Whether a path names source text of a programming language."""
    return language_of(path) in PROGRAMMING


def may_hide(path: str) -> frozenset[str]:
    """The kinds of fact that a file of this path may hold."""
    kind = BINARY_BY_SUFFIX.get(suffix_of(path))
    if kind in ("image", "document") or language_of(path) in PROSE | {"svg"}:
        return PROSE_FACTS
    return frozenset({"file"}) if kind else EVERY_FACT


@dataclass(frozen=True)
class Inventory:
    """Classifies the files of one tree; made from all of its paths, since neighbours say what a folder is."""

    _roots: dict[str, Category] = field(default_factory=dict)
    _folders: dict[str, Category] = field(default_factory=dict)

    @classmethod
    def of(cls, paths: Iterable[str]) -> Inventory:
        """An inventory of the tree that has these paths."""
        roots: dict[str, Category] = {}
        folders: dict[str, list[str]] = {}
        for path in paths:
            folder, _, name = path.rpartition("/")
            folders.setdefault(folder, []).append(name)
        for folder, names in folders.items():
            if not folder:
                continue
            for path in [f"{folder}/{name}" for name in names]:
                for category, proof in _PROOFS if _MAY_PROVE.search(path) else ():
                    if found := proof.search(path):
                        roots.setdefault(path[: found.end(1)], category)
            if any(is_code(name) or _TEST_NAME.search(name) for name in names):
                _note_test_roots(folder, roots)
            if {"composer.json", "go.mod", "Gemfile"} & set(names):
                roots.setdefault(f"{folder}/vendor", Category.VENDORED)
        if {"composer.json", "go.mod", "Gemfile"} & set(folders.get("", ())):
            roots.setdefault("vendor", Category.VENDORED)
        return cls(roots)

    def wants_head(self, path: str, size: int) -> bool:
        """Whether the first bytes of a file can change what is said of it."""
        if self._folder(path.rpartition("/")[0]) in ASIDE:
            return False
        if suffix_of(path) in BINARY_BY_SUFFIX:
            return size < 300
        return language_of(path) not in PROSE

    def classify(self, path: str, head: bytes = b"") -> Classified:
        """Category, language and whether it is binary. `head` is the first `HEAD` bytes (see `wants_head`)."""
        kind = BINARY_BY_SUFFIX.get(suffix_of(path), "")
        language = "" if kind else language_of(path) or language_of_head(head)
        binary = bool(kind) or (not language and b"\0" in head)
        return Classified(self._category(path, kind, language, head), language, binary)

    def _category(self, path: str, kind: str, language: str, head: bytes) -> Category:
        folder, _, name = path.rpartition("/")
        lower = name.lower()
        base = self._folder(folder)
        if base in ASIDE:
            return base
        if kind == "font" or _VENDORED_NAME.search(lower) or _is_library(folder, lower, language, head):
            return Category.VENDORED
        if kind in ("compiled", "archive") or lower in _LOCK_FILES or _GENERATED_NAME.search(lower):
            return Category.GENERATED
        if not _OUTPUT.isdisjoint(folder.split("/")) and language not in _WRITTEN_BY_HAND and kind != "document":
            return Category.GENERATED
        if head and language not in _HEAD_FREE and is_generated_head(head):
            return Category.GENERATED
        if kind == "document" or language in PROSE:
            return Category.DOCUMENT
        if base is Category.TEST or _TEST_NAME.search(name) or _TEST_CLASS.search(name) or _STEPS.search(path):
            return Category.TEST
        if kind == "image" or language == "svg":
            return Category.DOCUMENT
        return Category.OWN

    def _folder(self, folder: str) -> Category:
        """The category that a folder gives to its files, `OWN` where it gives none."""
        known = self._folders.get(folder)
        if known is None:
            above, _, name = folder.rpartition("/")
            above = above if folder.count("/") < DEPTH_LIMIT else ""
            known = self._folder(above) if above else Category.OWN
            if known not in ASIDE:
                known = self._own_verdict(folder, above, name.lower(), known)
            self._folders[folder] = known
        return known

    def _own_verdict(self, folder: str, above: str, name: str, inherited: Category) -> Category:
        if name in _VENDORED or name.endswith((".egg-info", ".dist-info")):
            return Category.VENDORED
        if name in _GENERATED or name.endswith((".egg", ".dsym")):
            return Category.GENERATED
        parent = above.removesuffix("/resources").rpartition("/")[2].lower()
        if (name in ("vendor", "vendors") and parent in _WEB_ASSETS) or (name == "lib" and parent == "wwwroot"):
            return Category.VENDORED
        return self._roots.get(folder, inherited)


def _note_test_roots(folder: str, roots: dict[str, Category]) -> None:
    """A folder named after tests is one where code stands below it; `environments/test` with settings alone is not."""
    end = 0
    while end >= 0:
        end = folder.find("/", end + 1)
        prefix = folder if end < 0 else folder[:end]
        name = prefix.rpartition("/")[2]
        if prefix not in roots and (
            (_TEST_FOLDER.fullmatch(name) or _TEST_FOLDER.fullmatch(name.lower())) and not _NOT_TEST_FOLDER.search(name)
        ):
            roots[prefix] = Category.TEST


def _is_library(folder: str, lower: str, language: str, head: bytes) -> bool:
    """A script or style sheet that is minified, or, among web assets, has a library's name or banner."""
    if language not in ("javascript", "css"):
        return False
    if len(head) >= HEAD and b"\n" not in head and b"\r" not in head:
        return True
    if _WEB_ASSETS.isdisjoint(folder.lower().split("/")):
        return False
    banner = _BANNER.match(head.lstrip()[:40]) and _BANNER_WORDS.search(head[:400].lower())
    return bool(_LIBRARY_ASSET.match(lower) or banner)


def is_generated_head(head: bytes) -> bool:
    """Whether the comments at a file's beginning say that a program wrote it."""
    if b"enerated" not in head and b"ENERATED" not in head:
        return False
    comments = []
    for line in head.splitlines():
        if not _COMMENT.match(line):
            break
        comments.append(line)
    text = b"\n".join(comments).lower()
    if _GENERATED_HEAD.search(text):
        return True
    return bool(_GENERATED_HINT.search(text) and _DO_NOT_EDIT.search(text))
