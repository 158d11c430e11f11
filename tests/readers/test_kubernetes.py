"""Kubernetes manifests, and the templates of Helm charts that make them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, UnitKind
from evidence_check.readers import _go_template, helm_templates, kubernetes
from evidence_check.readers._source import Unreadable
from tests.support import read, read_with, source

CHART = "deploy/chart/templates/app.yaml"


def resources(facts: list[Fact]) -> list[tuple[str, str, int, int]]:
    return [
        (fact.type, fact.name, fact.location.line, fact.location.end_line)
        for fact in facts
        if isinstance(fact, Resource)
    ]


def test_several_documents() -> None:
    facts = read_with(
        kubernetes,
        "k8s/app.yaml",
        """
        # the application
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
                - name: web
                  image: web:1.2
                  command: ["sh", "-c"]
                  args: ["flask db upgrade && gunicorn app"]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        ---
        other: thing
        """,
    )
    assert resources(facts) == [("Deployment", "web", 2, 13), ("Service", "web", 15, 17)]
    deployment = facts[0]
    assert isinstance(deployment, Resource)
    assert deployment.system == "kubernetes"
    containers = deployment.attributes["spec"]["template"]["spec"]["containers"]
    assert containers[0]["image"] == "web:1.2"
    assert containers[0].line_of("image") == 11
    commands = [fact for fact in facts if isinstance(fact, Command)]
    assert [(fact.words, fact.location.line) for fact in commands] == [
        (("flask", "db", "upgrade"), 12),
        (("gunicorn", "app"), 12),
    ]
    assert {(fact.unit.kind, fact.unit.name) for fact in commands} == {(UnitKind.SERVICE, "web/web")}


def test_script_of_a_container_has_its_line() -> None:
    facts = read_with(
        kubernetes,
        "job.yml",
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: backup}
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                    - name: dump
                      command: [/bin/bash, -c]
                      args:
                        - |
                          pg_dump app
        """,
    )
    (command,) = [fact for fact in facts if isinstance(fact, Command)]
    assert (command.words, command.location.line) == (("pg_dump", "app"), 14)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n", "Application"),
        ("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: x}\n", "PrometheusRule"),
        ('{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}', "Secret"),
    ],
)
def test_custom_resources(content: str, kind: str) -> None:
    assert [found[:2] for found in resources(read_with(kubernetes, "a.yaml", content))] == [(kind, "x")]


def test_json_manifest() -> None:
    facts = read_with(kubernetes, "task.json", '{\n "kind": "Pod", "apiVersion": "v1",\n "metadata": {"name": "x"}\n}')
    assert resources(facts) == [("Pod", "x", 1, 3)]


def test_lists_are_flattened() -> None:
    content = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n- apiVersion: v1\n  kind: Service\n"
    assert [found[0] for found in resources(read_with(kubernetes, "a.yaml", content))] == ["Pod", "Service"]


def test_template_of_openshift() -> None:
    content = "apiVersion: v1\nkind: Template\nobjects:\n- apiVersion: v1\n  kind: Pod\nparameters: []\n"
    assert [found[0] for found in resources(read_with(kubernetes, "a.yaml", content))] == ["Pod", "Template"]


def test_kustomization_without_a_kind() -> None:
    facts = read_with(kubernetes, "overlays/prod/kustomization.yaml", "resources: [../../base]\n")
    assert resources(facts) == [("Kustomization", "", 1, 1)]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("values.yaml", "image: x\n"),
        ("a.yaml", "apiVersion: 1\ndatasources: []\n"),
        ("a.yaml", "# apiVersion and kind are words\nname: x\n"),
        ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n"),
        ("package.json", '{"name": "apiVersion", "kind": 1}'),
        (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: 'echo apiVersion kind'\n"),
    ],
)
def test_other_files_have_no_objects(path: str, content: str) -> None:
    given = source(path, content)
    assert not kubernetes.wants(given) or list(kubernetes.read(given)) == []


def test_broken_document_is_a_gap_and_the_others_count() -> None:
    content = "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Service\n bad: [\n---\napiVersion: v1\nkind: Job\n"
    facts, gaps = read("a.yaml", content)
    assert [found[0] for found in resources(facts)] == ["Pod", "Job"]
    assert len(gaps) == 1
    assert "resource" in gaps[0].hides
    assert gaps[0].location.line == 6


def test_placeholders_of_another_engine() -> None:
    content = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ name }}\nspec:\n  a: {{ image }}:{{ tag }}\n"
    facts = read_with(kubernetes, "k8s/pod.yaml", content)
    assert resources(facts) == [("Pod", "{{ name }}", 1, 6)]
    broken = content + "  b: [\n"
    with pytest.raises(Unreadable) as caught:
        list(kubernetes.read(source("k8s/pod.yaml", broken)))
    assert caught.value.line == 8


def test_template_of_jinja() -> None:
    facts = read_with(
        kubernetes,
        "roles/app/templates/deployment.yaml.j2",
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ app_name }}
        spec:
        {% if replicas is defined %}
          replicas: {{ replicas }}
        {% else %}
          replicas: 1
        {% endif %}
        """,
    )
    assert resources(facts) == [("Deployment", "{{ app_name }}", 1, 9)]


def test_chart_template() -> None:
    facts = read_with(
        helm_templates,
        CHART,
        """
        {{- /*
        The application, see {{ include "x" . }}
        */}}
        {{- if .Values.enabled }}
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ include "app.name" . }}
          labels:
            {{- include "app.labels" . | nindent 4 }}
            {{ .Values.key }}: {{ .Values.label | quote }}
        spec:
          {{- if .Values.autoscaling }}
          paused: true
          {{- else }}
          replicas: {{ .Values.replicas | default 2 }}
          {{- end }}
          template:
            spec:
              containers:
                {{- range $name, $image := .Values.images }}
                - name: {{ $name }}
                  image: "{{ .repository }}:{{ .tag | default "latest" }}"
                  {{- with .probe }}
                  livenessProbe:
                    {{- toYaml . | nindent 20 }}
                  {{- end }}
                {{- end }}
        {{- end }}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ .Release.Name }}-svc
        """,
    )
    assert resources(facts) == [
        ("Deployment", '{{ include "app.name" . }}', 5, 25),
        ("Service", "{{ .Release.Name }}-svc", 31, 34),
    ]
    deployment = facts[0]
    assert isinstance(deployment, Resource)
    assert deployment.system == "kubernetes"
    assert deployment.attributes["metadata"]["labels"] == {"{{ .Values.key }}": "{{ .Values.label | quote }}"}
    assert deployment.attributes["spec"]["replicas"] == "{{ .Values.replicas | default 2 }}"
    (container,) = deployment.attributes["spec"]["template"]["spec"]["containers"]
    assert container["image"] == '{{ .repository }}:{{ .tag | default "latest" }}'
    assert container.line_of("livenessProbe") == 25


def test_branches_of_different_shape() -> None:
    content = (
        "apiVersion: v1\nkind: ConfigMap\ndata:\n{{- if .Values.list }}\n  - a\n{{- else }}\n  key: b\n{{- end }}\n"
    )
    (resource,) = read_with(helm_templates, CHART, content)
    assert isinstance(resource, Resource)
    assert resource.attributes["data"] == ["a"]


def test_template_that_is_no_yaml_still_tells_its_kind() -> None:
    content = 'apiVersion: v1\nkind: Ingress\nmetadata:\n  name: "front"\nspec:\n a: b\n{{ x }}: [\n  }\n'
    (resource,) = read_with(helm_templates, CHART, content)
    assert isinstance(resource, Resource)
    assert (resource.type, resource.name, resource.location.line) == ("Ingress", "front", 2)
    assert resource.attributes == {"apiVersion": "v1", "kind": "Ingress"}


def test_template_of_which_nothing_can_be_told() -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(helm_templates, CHART, "{{ $x := 1 }}\nkind: {{ .Values.kind }}\n  a: [\n")
    assert caught.value.line == 3


def test_only_charts_have_templates() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ x }}'}\n"
    assert helm_templates.wants(source(CHART, text))
    assert not kubernetes.wants(source(CHART, text))
    assert not helm_templates.wants(source("k8s/app.yaml", text))
    assert kubernetes.wants(source("k8s/app.yaml", text))
    assert not helm_templates.wants(source("chart/templates/NOTES.txt", text))
    assert kubernetes.wants(source("infra/templates/plain.yaml", "apiVersion: v1\nkind: Pod\n"))


@pytest.mark.parametrize(
    "text", ["{{", "{{/*", "{{ `", '{{ "', "{{ a\nb }}x: {{ c }}", "a: {{ b }}\n{{ c\n }}\nd: e {{ f\n\n}}\ng"]
)
def test_parsable_keeps_lines(text: str) -> None:
    assert _go_template.parsable(text).count("\n") == text.count("\n")
    assert _go_template.without_else(text) == text


_PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{% if x %}",
        "{% else %}",
        "{% endif %}",
        "{%",
        "%}",
        "{{- if x }}",
        "{{ else }}",
        "{{ end }}",
        "{{/*",
        "*/}}",
        "\n",
        "\n---\n",
        "  ",
        "a: ",
        "- ",
        "[",
        "`",
        '"',
        "apiVersion: v1\n",
        "kind: Pod\n",
        "kind: List\n",
        "items:\n",
        "metadata:\n",
        "  name: x\n",
        "containers:\n",
        "command: [a, b]\n",
        "command: ",
        "|\n",
        "&a ",
        "*a",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join), st.sampled_from([CHART, "a.yaml", "kustomization.yaml"]))
def test_any_text(text: str, path: str) -> None:
    assert _go_template.parsable(text).count("\n") == text.count("\n")
    given_source = source(path, text.encode())
    for reader in (kubernetes, helm_templates):
        with suppress(Unreadable):
            facts = list(reader.read(given_source))
            assert all(fact.location.line >= 1 for fact in facts)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for path in ("a.yaml", "a.json"):
        with suppress(Unreadable):
            list(kubernetes.read(source(path, data)))
