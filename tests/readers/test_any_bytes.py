"""Whatever stands in a file, reading it gives facts or a gap: no reader fails in a way that it should not."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import read

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
    for text in (path.read_text(encoding="utf-8"),)
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
