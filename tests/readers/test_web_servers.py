"""nginx, Apache httpd, Caddy, HAProxy, and the collectors whose files have a syntax of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Setting
from evidence_check.readers import Reader, apache, caddy, haproxy, nginx, settings, telemetry_agents
from tests.support import read_with, source

READERS: tuple[Reader, ...] = (nginx, apache, caddy, haproxy, telemetry_agents)


def rows(reader: Reader, path: str, content: str) -> list[tuple[int, str, object]]:
    facts = read_with(reader, path, content)
    return [(fact.location.line, fact.path, fact.value) for fact in facts if isinstance(fact, Setting)]


def test_nginx() -> None:
    found = rows(
        nginx,
        "nginx/nginx.conf",
        r"""
        events { worker_connections 1024; }
        http {
          # ssl_protocols SSLv3;
          server {
            listen 443 ssl http2;
            ssl_protocols TLSv1.2
                          TLSv1.3;
            add_header Content-Security-Policy "default-src 'self'; img-src *" always;
            location = /old { if ($scheme = http) { return 403; } }
            location ~* \.(js|css)$ {
              return 301 https://$host${uri};
            }
          }
        }
        """,
    )
    assert found == [
        (1, "events.worker_connections", "1024"),
        (5, "http.server.listen", "443 ssl http2"),
        (6, "http.server.ssl_protocols", "TLSv1.2 TLSv1.3"),
        (8, "http.server.add_header", "Content-Security-Policy default-src 'self'; img-src * always"),
        (9, "http.server.location", "= /old"),
        (9, "http.server.location.if", "($scheme = http)"),
        (9, "http.server.location.if.return", "403"),
        (10, "http.server.location", r"~* \.(js|css)$"),
        (11, "http.server.location.return", "301 https://$host${uri}"),
    ]


@pytest.mark.parametrize(
    "path",
    ["web/default.conf.template", "nginx/sites-available/app", "roles/web/templates/app.conf.j2", "conf.d/app.conf"],
)
def test_included_nginx_files_are_inside_http(path: str) -> None:
    text = """upstream app { server {{ host }}:80; }
server {
  listen ${PORT};
  location /api/ { proxy_pass http://app; }
}
"""
    assert rows(nginx, path, text) == [
        (1, "http.upstream", "app"),
        (1, "http.upstream.server", "{{ host }}:80"),
        (3, "http.server.listen", "${PORT}"),
        (4, "http.server.location", "/api/"),
        (4, "http.server.location.proxy_pass", "http://app"),
    ]


def test_lua_in_nginx_is_no_directive() -> None:
    text = "server {\n  content_by_lua_block {\n    if x then local y = { a = 1; } end\n  }\n  listen 80;\n}\n"
    assert rows(nginx, "nginx.conf", text) == [(5, "http.server.listen", "80")]


def test_apache() -> None:
    found = rows(
        apache,
        "httpd/site.conf",
        """
        # SSLEngine off
        <VirtualHost *:443>
          SSLEngine on
          Header always set Strict-Transport-Security \\
            "max-age=63072000"
          <Location /admin>
            Require valid-user
          </Location>
        </VirtualHost>
        ServerTokens Prod
        """,
    )
    assert found == [
        (2, "VirtualHost", "*:443"),
        (3, "VirtualHost.SSLEngine", "on"),
        (4, "VirtualHost.Header", 'always set Strict-Transport-Security "max-age=63072000"'),
        (6, "VirtualHost.Location", "/admin"),
        (7, "VirtualHost.Location.Require", "valid-user"),
        (10, "ServerTokens", "Prod"),
    ]


def test_caddy() -> None:
    found = rows(
        caddy,
        "caddy/Caddyfile",
        """
        {
          email ops@example.org
        }
        example.org, www.example.org {
          tls internal # for now
          basicauth /admin* {
            {$USER} {$HASH}
          }
          @api path /api/*
          reverse_proxy @api app:3000
        }
        """,
    )
    assert (2, "global.email", "ops@example.org") in found
    assert (4, "site", "example.org, www.example.org") in found
    assert (5, "site.tls", "internal") in found
    assert (6, "site.basicauth", "/admin*") in found
    assert (10, "site.reverse_proxy", "@api app:3000") in found


def test_haproxy() -> None:
    found = rows(
        haproxy,
        "haproxy/haproxy.cfg",
        "frontend web\n    bind *:443 ssl crt /etc/ssl/site.pem\n"
        "backend app\n    # option httplog\n    option httpchk GET /health\n",
    )
    assert found == [
        (1, "frontend", "web"),
        (2, "frontend.bind", "*:443 ssl crt /etc/ssl/site.pem"),
        (3, "backend", "app"),
        (5, "backend.option", "httpchk GET /health"),
    ]


def test_fluentd() -> None:
    found = rows(
        telemetry_agents,
        "fluentd/fluent.conf",
        "<source>\n  @type tail\n</source>\n"
        "<match kube.**>\n  @type elasticsearch\n  <buffer>\n    flush_interval 5s\n  </buffer>\n</match>\n",
    )
    assert found == [
        (2, "source.@type", "tail"),
        (4, "match", "kube.**"),
        (5, "match.@type", "elasticsearch"),
        (7, "match.buffer.flush_interval", "5s"),
    ]


def test_logstash() -> None:
    found = rows(
        telemetry_agents,
        "logstash/pipeline/logstash.conf",
        """
        input { beats { port => 5044 } }
        filter {
          grok { match => { "message" => "%{COMBINEDAPACHELOG}" } }  # parse
        }
        output {
          elasticsearch {
            hosts => ["http://es:9200",
                      "http://es2:9200"]
          }
        }
        """,
    )
    assert found == [
        (1, "input.beats.port", "5044"),
        (3, "filter.grok.match.message", "%{COMBINEDAPACHELOG}"),
        (7, "output.elasticsearch.hosts", "http://es:9200 http://es2:9200"),
    ]


def test_alloy() -> None:
    found = rows(
        telemetry_agents,
        "config.alloy",
        'prometheus.scrape "node" {\n  targets = [{"__address__" = "n:9100"}]\n  scrape_interval = "15s"\n}\n// old\n',
    )
    assert (1, "prometheus.scrape", "node") in found
    assert (3, "prometheus.scrape.scrape_interval", "15s") in found


def test_collectd() -> None:
    assert rows(telemetry_agents, "collectd.conf", "LoadPlugin cpu\n<Plugin network>\n  Server h\n</Plugin>\n") == [
        (1, "LoadPlugin", "cpu"),
        (2, "Plugin", "network"),
        (3, "Plugin.Server", "h"),
    ]


def test_hocon_is_a_setting() -> None:
    assert rows(settings, "application.conf", 'akka {\n  loglevel = "INFO"\n  http.server { port: 80 }\n}\n') == [
        (2, "akka.loglevel", "INFO"),
        (3, "akka.http.server.port", "80"),
    ]


@pytest.mark.parametrize(
    "path", ["nginx.conf", "httpd.conf", "haproxy.cfg", "fluent.conf", "Caddyfile", "logstash.conf"]
)
def test_each_file_has_one_reader(path: str) -> None:
    texts = {
        "nginx.conf": "server { listen 80; }",
        "httpd.conf": "<VirtualHost *:80>\n</VirtualHost>",
        "haproxy.cfg": "frontend a\n",
        "fluent.conf": "<source>\n</source>",
        "Caddyfile": "a.b {\n}\n",
        "logstash.conf": "input {\n}",
    }
    given_file = source(path, texts[path])
    assert sum(reader.wants(given_file) for reader in (*READERS, settings)) == 1


@given(
    st.sampled_from(["nginx.conf", "Caddyfile", "httpd.conf", "a.alloy", "haproxy.cfg", "sites-enabled/x"]),
    st.text(max_size=200) | st.text(alphabet="server{};<>/\"'`#[]=\\\n $", max_size=200),
)
def test_any_text_gives_settings(path: str, text: str) -> None:
    given_file = source(path, text.encode(errors="replace"))
    lines = given_file.text.count("\n") + 1
    for reader in READERS:
        if reader.wants(given_file):
            assert all(1 <= fact.location.line <= lines for fact in reader.read(given_file))
