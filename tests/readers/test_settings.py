"""Leaves of configuration files: the right path, value and line, and nothing of what other readers state."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Setting
from evidence_check.readers import settings, unclaimed_yaml
from evidence_check.readers._leaves import ITEMS, LEAVES
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

if TYPE_CHECKING:
    from pathlib import Path

Row = tuple[int, str, object]


def rows(path: str, content: str | bytes, category: Category = Category.OWN) -> list[Row]:
    facts = read_with(settings, path, content, category)
    assert all(isinstance(fact, Setting) for fact in facts)
    return [(fact.location.line, fact.path, fact.value) for fact in facts if isinstance(fact, Setting)]


def test_yaml_of_several_documents() -> None:
    found = rows(
        "src/main/resources/application.yml",
        """
        management:
          endpoints.web.exposure.include: "health, prometheus"
          endpoint: {health: {probes: {enabled: true}}}
        ---
        spring:
          profiles: [prod, "eu"]
          empty: {}
          on: yes
        """,
    )
    assert found == [
        (2, "management.endpoints.web.exposure.include", "health, prometheus"),
        (3, "management.endpoint.health.probes.enabled", True),
        (6, "spring.profiles[]", "prod"),
        (6, "spring.profiles[]", "eu"),
        (7, "spring.empty", None),
        (8, "spring.on", "yes"),
    ]


def test_prometheus_rules_keep_their_expressions() -> None:
    found = rows(
        "monitoring/rules.yml",
        """
        groups:
          - name: host
            rules:
              - alert: HighCpu
                expr: |
                  100 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100
                    > 80
                annotations:
                  summary: "{{ $labels.instance }} is busy"
        """,
    )
    assert (4, "groups[].rules[].alert", "HighCpu") in found
    assert (9, "groups[].rules[].annotations.summary", "{{ $labels.instance }} is busy") in found
    expression = next(value for _, path, value in found if path == "groups[].rules[].expr")
    assert isinstance(expression, str)
    assert "> 80" in expression


def test_json_with_comments() -> None:
    found = rows(
        "tsconfig.json",
        """
        {
          // "strict": false,
          "compilerOptions": {
            "strict": true,
            "lib": ["es2022",
                    "dom"],
          },
        }
        """,
    )
    assert found == [
        (4, "compilerOptions.strict", True),
        (5, "compilerOptions.lib[]", "es2022"),
        (6, "compilerOptions.lib[]", "dom"),
    ]


def test_json5_without_quotes() -> None:
    assert rows("renovate.json5", "{extends: ['config:recommended'], // all\n automerge: false,\n}") == [
        (1, "extends[]", "config:recommended"),
        (2, "automerge", False),
    ]


def test_toml() -> None:
    found = rows(
        "pyproject.toml",
        '''
        [tool.ruff]
        line-length = 120
        lint.select = [
          "E",  # style
          "S",
        ]
        text = """
        a = 1
        """

        [[tool.mypy.overrides]]
        module = "x.*"
        [[tool.mypy.overrides]]
        module = "y.*"
        released = 2024-05-01
        ''',
    )
    assert found == [
        (2, "tool.ruff.line-length", 120),
        (4, "tool.ruff.lint.select[]", "E"),
        (5, "tool.ruff.lint.select[]", "S"),
        (7, "tool.ruff.text", "a = 1\n"),
        (12, "tool.mypy.overrides[].module", "x.*"),
        (14, "tool.mypy.overrides[].module", "y.*"),
        (15, "tool.mypy.overrides[].released", "2024-05-01"),
    ]


def test_an_empty_toml_table_is_stated() -> None:
    found = rows("telegraf/telegraf.conf", "[[inputs.mem]]\n[[inputs.cpu]]\n  percpu = true\n# [[inputs.disk]]\n")
    assert found == [(1, "inputs.mem[]", None), (3, "inputs.cpu[].percpu", True)]


def test_ini() -> None:
    found = rows(
        "setup.cfg",
        """
        top = 1
        [tool:pytest]
        ; old = 1
        addopts =
            --cov=app
            --strict
        testpaths: tests  # here
        [flag]
        only
        """,
    )
    assert found == [
        (1, "top", "1"),
        (4, "tool:pytest.addopts", "--cov=app\n--strict"),
        (7, "tool:pytest.testpaths", "tests"),
        (9, "flag.only", None),
    ]


def test_git_indents_what_is_no_continuation() -> None:
    assert rows(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = ../x\n') == [
        (2, 'submodule "x".path', "x"),
        (3, 'submodule "x".url', "../x"),
    ]


def test_systemd_units_and_conf_of_words() -> None:
    assert (3, "Service.NoNewPrivileges", "true") in rows(
        "deploy/app.service", "[Service]\nUser=app\nNoNewPrivileges=true\n"
    )
    assert rows("redis/redis.conf", "# save 60 1\nrequirepass ${PASS}\nappendonly yes\ntls-port=6380\n") == [
        (2, "requirepass", "${PASS}"),
        (3, "appendonly", "yes"),
        (4, "tls-port", "6380"),
    ]


def test_fluent_bit_classic() -> None:
    found = rows("fluent-bit.conf", "[INPUT]\n    Name   tail\n    Path   /var/log/*.log\n[OUTPUT]\n    Name loki\n")
    assert found == [(2, "INPUT.Name", "tail"), (3, "INPUT.Path", "/var/log/*.log"), (5, "OUTPUT.Name", "loki")]


def test_properties() -> None:
    found = rows(
        "application.properties",
        "! note\nserver.ssl.enabled=true\nspring.datasource.url : jdbc:mysql://db/app\nlist=a,\\\n  b\nkey value\n",
    )
    assert found == [
        (2, "server.ssl.enabled", "true"),
        (3, "spring.datasource.url", "jdbc:mysql://db/app"),
        (4, "list", "a,b"),
        (6, "key", "value"),
    ]


def test_xml() -> None:
    found = rows(
        "logback-spring.xml",
        """
        <?xml version="1.0"?>
        <configuration xmlns="http://example.org/x">
          <!-- <appender class="old"/> -->
          <appender name="LOKI"
                    class="com.github.loki4j.logback.Loki4jAppender">
            <url>http://loki:3100</url>
          </appender>
        </configuration>
        """,
    )
    assert (4, "configuration.appender.name", "LOKI") in found
    assert (6, "configuration.appender.url", "http://loki:3100") in found
    assert not any(value == "old" for _, _, value in found)


def test_xml_entities_are_not_followed() -> None:
    entities = '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa">]>'
    with pytest.raises(Unreadable, match="entities"):
        rows("web.config", f"{entities}<c><d>&x;&a;</d></c>")


def test_a_document_type_elsewhere_is_passed_over(tmp_path: Path) -> None:
    outer = tmp_path / "outer.dtd"
    outer.write_text('<!ENTITY secret "fetched"><!ATTLIST c told CDATA "fetched">', encoding="utf-8")
    assert rows("web.config", f'<!DOCTYPE c SYSTEM "{outer.as_uri()}">\n<c><d>kept &secret;</d></c>') == [
        (2, "c.d", "kept")
    ]


def test_xml_elements_without_text_are_stated() -> None:
    assert rows("web.config", "<c>\n<httpRedirect/><a b='1'> t <d>u</d></a></c>") == [
        (2, "c.httpRedirect", None),
        (2, "c.a.b", "1"),
        (2, "c.a", "t"),
        (2, "c.a.d", "u"),
    ]


def test_an_editors_broken_settings_are_no_gap() -> None:
    assert not rows(".vscode/settings.json", '{"a": true "b": }')
    with pytest.raises(Unreadable):
        rows("settings.json", '{"a": true "b": }')


def test_prisma_schema_and_vault() -> None:
    schema = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\nmodel User {\n  id Int\n}\n'
    assert (2, "datasource.provider", "postgresql") in rows("prisma/schema.prisma", schema)
    vault = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"
    assert rows("group_vars/all/vault.yml", vault) == [(1, "$ANSIBLE_VAULT", "$ANSIBLE_VAULT;1.1;AES256")]


def test_dependencies_of_manifests_are_left_to_their_readers() -> None:
    found = rows("package.json", '{"scripts": {"test": "jest"}, "dependencies": {"express": "4"}}')
    assert found == [(1, "scripts.test", "jest")]


def test_templates_are_read_with_their_expressions() -> None:
    found = rows(
        "roles/prometheus/templates/prometheus.yml.j2",
        """
        # {{ ansible_managed }}
        {% if remote %}
        remote_write:
          - url: {{ remote_url }}/write
        {% endif %}
        scrape_configs:
          - job_name: {{ name | default("node") }}
        """,
    )
    assert found == [
        (4, "remote_write[].url", "{{ remote_url }}/write"),
        (7, "scrape_configs[].job_name", '{{ name | default("node") }}'),
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"),
        ("openapi.yaml", "openapi: 3.0.0\ninfo: {title: x}\npaths: {}\n"),
        ("dash.json", '{"panels": [], "schemaVersion": 36, "title": "x"}'),
        ("ci/pipeline.yml", "stages:\n  - stage: build\n"),
        ("site.yml", "- hosts: all\n  tasks: []\n"),
        ("places.json", '{"type": "FeatureCollection", "features": []}'),
        ("arm.json", '{"$schema": "https://x/2019/deploymentTemplate.json#", "resources": []}'),
    ],
)
def test_what_others_state_is_no_setting(path: str, content: str) -> None:
    assert rows(path, content) == []


def test_only_the_resources_of_a_template_and_the_services_of_compose_are_left_out() -> None:
    compose = "services:\n  web: {image: x}\nvolumes:\n  data:\n"
    assert rows("docker-compose.yml", compose) == [(4, "volumes.data", None)]
    stack = "Parameters:\n  Env: {Default: dev}\nResources:\n  B: {Type: 'AWS::S3::Bucket'}\n"
    assert rows("stack.yaml", stack) == [(2, "Parameters.Env.Default", "dev")]


def test_services_of_another_kind_stay() -> None:
    assert rows("traefik/dynamic.yml", "http:\n  services:\n    a: {loadBalancer: {healthCheck: {path: /up}}}\n") == [
        (3, "http.services.a.loadBalancer.healthCheck.path", "/up")
    ]


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml", ".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml", "buildspec.yml",
        "amplify.yml", "package-lock.json", "config/locales/en.yml", "src/i18n/de.json", "messages_de.properties",
        "main.tf",
        "data/cities.json", "inventory.ini", "roles/web/tasks/main.yml", "README.md", "main.tf.json", "layout.xml",
    ],
)  # fmt: skip
def test_not_wanted(path: str) -> None:
    assert not settings.wants(source(path, "{}"))


def test_large_files_and_test_data_are_not_wanted() -> None:
    assert not settings.wants(source("config.json", b" " * (settings.SIZE + 1)))
    assert not settings.wants(source("tests/data/reply.json", "{}", Category.TEST))
    assert settings.wants(source("tests/package.json", "{}", Category.TEST))


def test_leaves_are_limited() -> None:
    assert len(rows("big.yaml", "".join(f"k{number}: 1\n" for number in range(LEAVES + 10)))) == LEAVES
    assert len(rows("vectors.json", '{"v": [' + "1," * 5_000 + '1], "last": 1}')) == ITEMS + 1


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("config.json", '{\n "a": 1\n "b": 2}', 3),
        ("config.toml", "a = 1\nb = \n", 2),
        ("web.config", "<a>\n<b></a>", 2),
    ],
)
def test_broken_files_say_where(path: str, content: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_with(settings, path, content)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("config.yml", "a: {{ x }}\n{% for y in z %}\nb: [\n{% endfor %}"),
        ("config.yml.tpl", "a: [1\n"),
        ("config.json", '{"a": ${count}}'),
    ],
)
def test_templates_are_not_broken(path: str, content: str) -> None:
    assert rows(path, content) == []
    assert not unclaimed_yaml.wants(source(path, content))


def test_broken_yaml_may_hide_resources_too() -> None:
    assert rows("config.yml", "a: 1\nb: [1, 2\nc: 3\n") == []
    assert {"resource", "setting"} <= unclaimed_yaml.GIVES
    with pytest.raises(Unreadable):
        read_with(unclaimed_yaml, "deploy/web.yaml", "kind: Deployment\n  spec: x\n")
    assert not unclaimed_yaml.wants(source("deploy/web.yaml", "kind: Deployment\n"))
    assert not unclaimed_yaml.wants(source("tests/bad.yaml", "a: [", Category.TEST))
    assert not unclaimed_yaml.wants(source("lint/invalid/bad.yaml", "a: ["))


PATHS = ["a.yml", "a.json", "a.toml", "a.ini", "a.conf", "a.properties", "web.config", ".eslintrc", "a.yml.j2"]


@given(st.sampled_from(PATHS), st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_settings_or_unreadable(path: str, data: bytes) -> None:
    given_file = source(path, data)
    with contextlib.suppress(Unreadable):
        if settings.wants(given_file):
            assert all(fact.path for fact in settings.read(given_file))


@given(st.sampled_from(PATHS), st.text(alphabet="ab.:=-[]{}\"'#,\n %<>/$\\", max_size=200))
def test_any_text_near_the_syntaxes_gives_settings_or_unreadable(path: str, text: str) -> None:
    lines = text.count("\n") + 1
    given_file = source(path, text.encode())
    with contextlib.suppress(Unreadable):
        if settings.wants(given_file):
            assert all(0 <= fact.location.line <= lines for fact in settings.read(given_file))
