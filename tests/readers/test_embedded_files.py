"""Files inside of other files have their own facts, at the lines where they stand."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Resource, Setting
from evidence_check.readers import embedded_files
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def rows(path: str, content: str) -> list[tuple[int, str, object]]:
    facts = read_with(embedded_files, path, content)
    assert all(fact.location.path == path for fact in facts)
    return [(fact.location.line, fact.path, fact.value) for fact in facts if isinstance(fact, Setting)]


def test_config_map() -> None:
    found = rows(
        "k8s/prometheus.yaml",
        """
        apiVersion: v1
        kind: ConfigMap
        data:
          prometheus.yml: |
            scrape_configs:
              - job_name: app
          alerts.rules: |-
            groups:
              - rules:
                  - alert: Down
          nginx.conf: |
            server {
              listen 443 ssl;
            }
          note: |
            a: 1
            b: 2
        """,
    )
    assert found == [
        (6, "scrape_configs[].job_name", "app"),
        (10, "groups[].rules[].alert", "Down"),
        (13, "http.server.listen", "443 ssl"),
    ]


def test_dashboards_in_config_maps() -> None:
    text = """
    kind: ConfigMap
    data:
      hosts.json: |
        {
          "panels": [
            {"title": "CPU"}],
          "schemaVersion": 1, "title": "Hosts"
        }
      quoted.json: "{\\n\\"panels\\": [{\\"title\\": \\"Up\\"}],\\n\\"schemaVersion\\": 1, \\"title\\": \\"One\\"}"
    """
    facts = read_with(embedded_files, "k8s/dash.yaml", text)
    assert [(fact.location.line, fact.name) for fact in facts if isinstance(fact, Resource)] == [
        (7, "Hosts"),
        (6, "CPU"),
        (9, "One"),
        (9, "Up"),
    ]


def test_what_a_play_and_a_first_boot_write() -> None:
    text = """
    write_files:
      - path: /etc/promtail/config.yml
        content: |
          clients:
            - url: http://loki:3100
    tasks:
      - copy:
          dest: /etc/motd
          content: |
            a: 1
            b: 2
    """
    assert rows("cloud-init.yaml", text) == [(5, "clients[].url", "http://loki:3100")]


def test_what_a_platform_writes() -> None:
    text = """
    files:
      "/etc/nginx/conf.d/tls.conf":
        mode: "000644"
        content: |
          server { listen 443 ssl; }
    """
    assert rows(".ebextensions/tls.config", text) == [(5, "http.server.listen", "443 ssl")]
    values = "spec:\n  helm:\n    values: |\n      alertmanager:\n        enabled: true\n"
    assert rows("argocd/app.yaml", values) == [(5, "alertmanager.enabled", True)]


@pytest.mark.parametrize(
    ("path", "before"),
    [
        ("setup.sh", "cat > /etc/app/config.json <<EOF"),
        ("setup.sh", "cat <<'EOF' > /etc/app/config.json"),
        ("setup.sh", "sudo tee -a /etc/app/config.json > /dev/null <<-EOF"),
        ("setup.sh", "cat << EOF | sudo tee $TARGET"),
        ("Dockerfile", "COPY <<EOF /etc/app/config.json"),
        ("modules/vm/main.tf", "    cat > /etc/app/config.json <<EOF"),
        (".github/workflows/deploy.yml", "    cat <<EOF >> ./config.json"),
    ],
)
def test_here_documents(path: str, before: str) -> None:
    text = f'TARGET="/etc/app/config.json"\n{before}\n{{\n  "agent": {{"debug": false}}\n}}\nEOF\necho done\n'
    assert rows(path, text) == [(4, "agent.debug", False)]


@pytest.mark.parametrize(
    "before",
    [
        "# cat > /etc/app/config.json <<EOF",
        "  # cat <<EOF > config.json",
        "cat <<EOF",
        "mysql app <<EOF",
        "cat > notes <<EOF",
    ],
)
def test_other_here_documents_are_none(before: str) -> None:
    assert rows("setup.sh", f'{before}\n{{\n  "a": 1\n}}\nEOF\n') == []


def test_a_broken_inner_file_ends_nothing() -> None:
    text = "cat > a.json <<EOF\n{ broken\nEOF\ncat > b.toml <<EOF\n[a]\nb = 1\nEOF\n"
    assert rows("setup.sh", text) == [(6, "a.b", 1)]


def test_documents_and_tests_are_not_wanted() -> None:
    text = "cat > a.json <<EOF\n{}\nEOF\n"
    assert not embedded_files.wants(source("README", text, Category.DOCUMENT))
    assert not embedded_files.wants(source("tests/x.sh", text, Category.TEST))
    assert not embedded_files.wants(source("docs/guide.md", text))


@given(
    st.sampled_from(["a.sh", "a.yaml", "main.tf"]),
    st.text(alphabet="cat><EOF \n.json:|{}-\"'$", max_size=200) | st.text(max_size=100),
)
def test_any_text_gives_facts_or_unreadable(path: str, text: str) -> None:
    given_file = source(path, f"cat > a.yml <<EOF\nx.yml: |\n  {text}\nEOF".encode(errors="replace"))
    lines = given_file.text.count("\n") + 1
    with contextlib.suppress(Unreadable):
        assert all(1 <= fact.location.line <= lines for fact in embedded_files.read(given_file))


def test_objects_that_a_script_hands_to_kubectl() -> None:
    text = """
    #!/bin/sh
    cat <<EOF | kubectl apply -n shop -f -
    apiVersion: v1
    kind: Service
    metadata:
      name: shop
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    EOF
    cat <<EOF
    apiVersion: v1
    kind: Pod
    EOF
    """
    facts = [fact for fact in read_with(embedded_files, "up.sh", text) if isinstance(fact, Resource)]
    assert [(fact.location.line, fact.type, fact.name) for fact in facts] == [
        (3, "Service", "shop"),
        (8, "Deployment", "web"),
    ]


def test_services_of_a_compose_file_that_is_written_elsewhere() -> None:
    text = """
    - hosts: web
      tasks:
        - copy:
            dest: "{{ folder }}/docker-compose.yml"
            content: |
              services:
                web:
                  build: .
                  image: ada/shop:{{ version }}
    """
    facts = [fact for fact in read_with(embedded_files, "play.yml", text) if isinstance(fact, Resource)]
    assert [(fact.location.line, fact.name) for fact in facts] == [(7, "web")]
    assert facts[0].attributes["embedded"] is True
    assert facts[0].attributes["image"] == "ada/shop:{{ version }}"
