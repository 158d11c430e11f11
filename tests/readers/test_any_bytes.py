"""Whatever stands in a file, reading it gives facts or a gap: no reader fails in a way that it should not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_check.readers import Reader, readers
from tests.hostile import picture_of
from tests.readers import office
from tests.support import read, source

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"

NAMES = (
    "main.tf", "a.tf.json", "prod.tfvars", "t.tftest.hcl", "image.pkr.hcl", "job.nomad", "Dockerfile", "compose.yaml",
    "k8s/app.yaml", "Chart.yaml", "chart/templates/app.yaml", "values.yaml", "playbook.yml", "roles/x/tasks/main.yml",
    "template.yaml", "template.json", "serverless.yml", "main.bicep", "azuredeploy.json", "Vagrantfile", "init.cfg",
    ".github/workflows/ci.yml", "action.yml", ".gitlab-ci.yml", ".travis.yml", "Jenkinsfile", "azure-pipelines.yml",
    ".circleci/config.yml", "buildspec.yml", "bitbucket-pipelines.yml", ".drone.yml", "cloudbuild.yaml", "run.sh",
    "run.ps1", "run.bat", "Makefile", "package.json", "tox.ini", "Taskfile.yml", "justfile", "Rakefile", "noxfile.py",
    "requirements.txt", "pyproject.toml", "setup.py", "pom.xml", "build.gradle", "app.csproj", "go.mod", "Gemfile",
    "composer.json", "Cargo.toml", "app.py", "test_app.py", "app.js", "app.test.ts", "App.java", "AppTest.java", "a.kt",
    "A.cs", "a.go", "a_test.go", "a.rb", "a_spec.rb", "a.php", "ATest.php", "a.rs", "a.vue", "n.ipynb", "a.feature",
    "prometheus.yml", "alert.rules", "alertmanager.yml", "dash.json", "nginx.conf", "haproxy.cfg", "Caddyfile",
    "README.md", "a.rst", "a.adoc", "a.txt", "docs/a.html", "a.docx", "a.odt", "a.rtf", "a.pdf", "a.pptx", "a.vsdx",
    "a.drawio", "a.mmd", "a.puml", "workspace.dsl", "a.d2", "a.excalidraw", "a.svg", "a.png", "a.jpg", ".env",
    "application.properties", "web.config", "openapi.yaml", "schema.graphql", "a.proto", "V1__a.sql", "stack.ts",
)  # fmt: skip
"""A name for every syntax that is read."""

SEEDS = sorted(
    text
    for path in FIXTURES.rglob("*")
    if path.is_file()
    for text in (path.read_text(encoding="utf-8", errors="replace"),)  # a cache left here by a linter is no text
    if len(text) < 4000
)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A real file with a piece cut out, doubled or replaced."""
    text = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 200)))
    piece = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), st.text(max_size=20)))
    return (text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass")


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(name=st.sampled_from(NAMES), data=st.one_of(broken(), st.binary(max_size=300), st.text().map(str.encode)))
def test_any_bytes_give_facts_or_a_gap(name: str, data: bytes) -> None:
    _, gaps = read(name, data)
    assert [gap.reason for gap in gaps if "please report" in gap.reason] == []


_TEXT = (
    office.Block("heading", (("What was built",),)),
    office.Block("paragraph", (("The pipeline runs the tests (K11, S9).",),)),
    office.Block("list", (("Monitoring K3",), ("Alarms S6",))),
    office.Block("table", (("Area", "KSB"), ("Pipeline", "K1"))),
)
FURTHER: tuple[tuple[str, bytes], ...] = (
    ("appveyor.yml", b"version: '{build}'\nbuild_script:\n  - ps: ./build.ps1\ntest_script:\n  - dotnet test\n"),
    (".buildkite/pipeline.yml", b"steps:\n  - label: test\n    command: make test\n  - wait\n  - block: go\n"),
    ("cookbooks/web/recipes/default.rb", b"package 'nginx' do\n  action :install\nend\nservice 'nginx'\n"),
    ("diagram.vsd", b"\xd0\xcf\x11\xe0 something"),
    ("ci/pipeline.yml", b"jobs:\n- name: unit\n  plan:\n  - get: repo\n  - {task: t, file: t.yml}\n"),
    ("web.ps1", b"Configuration Web {\n Node localhost {\n  WindowsFeature IIS {\n   Ensure = 'Present'\n  }\n }\n}\n"),
    ("Procfile", b"web: gunicorn app:app\nrelease: ./manage.py migrate\n"),
    ("Pulumi.yaml", b"name: a\nruntime: yaml\nresources:\n  b:\n    type: aws:s3:Bucket\n    properties: {acl: x}\n"),
    ("docs/diagram.py", b"from diagrams import Diagram\nwith Diagram('x'):\n    a = EC2('web') >> RDS('db')\n"),
    ("salt/web.sls", b"nginx:\n  pkg.installed: []\n  service.running:\n    - enable: True\n"),
    ("workspace.dsl", b'workspace {\n model {\n u = person "User"\n s = softwareSystem "S"\n u -> s "uses"\n }\n}\n'),
    (".teamcity/settings.kts", b'object Build : BuildType({\n steps {\n script { scriptContent = "make" }\n }\n})\n'),
    ("config/app.yaml", b"a: [b\nc: {d\n"),
    ("a.docx", office.word(_TEXT)),
    ("a.odt", office.open_document(_TEXT)),
    ("a.rtf", office.rich_text(_TEXT)),
    ("a.pdf", office.pdf(_TEXT)),
    ("a.html", office.web_page(_TEXT)),
    ("a.rst", office.restructuredtext(_TEXT)),
    ("a.adoc", office.asciidoc(_TEXT)),
    ("docs/architecture.png", picture_of(200, 200)),
)  # fmt: skip
"""Real files of the syntaxes that no case of a rule is written in, and of those that are no text."""


def _files(value: Any) -> Iterator[tuple[str, bytes]]:
    """The files of the rules' cases, however deep they stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "files" and isinstance(inner, dict):
                yield from ((path, text.encode()) for path, text in inner.items() if isinstance(text, str))
            else:
                yield from _files(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner)


def name_of(reader: Reader) -> str:
    return str(getattr(reader, "__name__", "")).rpartition(".")[2]


@cache
def samples() -> dict[str, list[tuple[str, bytes]]]:
    """Up to a dozen real files that each reader reads."""
    cases = sorted(FIXTURES.parent.glob("tests/cases/*.yaml"))
    files = [one for path in cases for one in _files(yaml.load(path.read_bytes(), yaml.CSafeLoader))]
    found: dict[str, list[tuple[str, bytes]]] = {name_of(reader): [] for reader in readers()}
    for path, data in dict.fromkeys((*FURTHER, *files, *((name, b"x") for name in NAMES))):
        given = source(path, data)
        for reader in readers():
            if len(found[name_of(reader)]) < 12 and reader.wants(given):
                found[name_of(reader)].append((path, data))
    return found


@pytest.mark.parametrize("reader", [name_of(reader) for reader in readers()])
def test_a_broken_file_of_every_syntax_gives_facts_or_a_gap(reader: str) -> None:
    assert samples()[reader], "no real file of its syntax: add one to a rule's case or to FURTHER"

    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        path, content = data.draw(st.sampled_from(samples()[reader]))
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(content)))
            end = min(len(content), start + data.draw(st.sampled_from((0, 1, 3, 20, 200))))
            whole = st.sampled_from(
                (b"", content[start:end] * 3, b"\xff\xfe", b"\0", "\U000f0000\u202e".encode(), b"{[(<\"'")
            )
            content = content[:start] + data.draw(st.one_of(whole, st.binary(max_size=4))) + content[end:]
        _, gaps = read(path, content)
        assert [gap.reason for gap in gaps if "please report" in gap.reason] == []

    check()
