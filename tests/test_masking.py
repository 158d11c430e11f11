"""Excerpts never show a secret, and never deceive the eye; what is no secret stays readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.masking import mask, visible

KEY = "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYzEXtr0pLq9"
"""Random-looking, put together so that secret scanners of this repository stay quiet."""


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("DB_PASSWORD=Hunter2horse", "Hunter2horse"),
        ("password: s3cr3t!", "s3cr3t"),
        ("$DB_PASS = 'Pa55w0rdX';", "Pa55w0rdX"),
        ("auth: { user: 'shop', pass: 'Pa55w0rdX' }", "Pa55w0rdX"),
        ("SMTP_PASS=Pa55w0rdX", "Pa55w0rdX"),
        ("define('DB_PASSWORD', 'Pa55w0rdX');", "Pa55w0rdX"),
        ('$db = new mysqli($host, "shop", "Pa55w0rdX", "shop");', "Pa55w0rdX"),
        ("$db = new PDO('mysql:host=db', 'shop', 'Pa55w0rdX');", "Pa55w0rdX"),
        ("spring.datasource.password=letmein", "letmein"),
        ("password[]: letmein", "letmein"),
        ('  "clientSecret": "a8Q~fakefake",', "a8Q~fakefake"),
        ("SECRET_KEY = 'django-insecure-abc'", "django-insecure-abc"),
        ('app.config["SECRET_KEY"] = "correct horse"', "correct horse"),
        ("export API_KEY=abcd1234efgh", "abcd1234efgh"),
        ("AIO_PASSWORD: correct horse battery staple", "staple"),
        ("password: $ecret!1", "ecret"),
        ('password = "Abc(123"', "Abc"),
        ("ADMIN_HASH: x\nADMIN_PASSWORD_HASH=${HASH:-$2a$14$1l.IozJx7xQRVmlkEQ32Oe}", "IozJx"),
        ("password: ${DB_PASSWORD:-hunter2}", "hunter2"),
        ("ENV MYSQL_ROOT_PASSWORD root123x", "root123x"),
        ('<add key="DbPassword" value="Pa55w0rdX" />', "Pa55w0rdX"),
        ("<password>Pa55w0rdX</password>", "Pa55w0rdX"),
        ("postgresql://admin:Pa55w0rdX@db.internal:5432/app", "Pa55w0rdX"),
        ("Server=tcp:x;User Id=sa;Password=Pa55w0rdX;Encrypt=True", "Pa55w0rdX"),
        (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY}==;EndpointSuffix=x", KEY),
        ("docker login -u me --password Pa55w0rdX registry", "Pa55w0rdX"),
        ("docker login -u me -p Pa55w0rdX registry", "Pa55w0rdX"),
        ("mysql -uroot -pPa55w0rdX app", "Pa55w0rdX"),
        ("sqlcmd -S db -U sa -P 'Pa55w0rdX' -Q 'SELECT 1'", "Pa55w0rdX"),
        ("mongosh -u root -p Pa55w0rdX --eval x", "Pa55w0rdX"),
        ("redis-cli -h cache -a Pa55w0rdX ping", "Pa55w0rdX"),
        ("rabbitmqctl add_user shop Pa55w0rdX", "Pa55w0rdX"),
        ("htpasswd -bc /etc/nginx/.htpasswd shop Pa55w0rdX", "Pa55w0rdX"),
        ("curl -u admin:Pa55w0rdX https://nexus.example.org", "Pa55w0rdX"),
        ("echo Pa55w0rdX | docker login --username me --password-stdin", "Pa55w0rdX"),
        ("Authorization: Bearer abcdefghijkl0123456789", "abcdefghijkl0123456789"),
        ("aws_access_key_id = AKIA" + "QWERTYUIOP123456", "QWERTYUIOP123456"),
        ("use ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8 here", "a1B2c3D4e5F6"),
        ("url https://hooks.slack.com/services/" + "T0AAAAAAA/B0BBBBBBB/cccccccccccccccc", "cccccccc"),
        (f"notify {KEY} now", KEY),
        ("-----BEGIN RSA PRIVATE KEY-----\\nMIIEow\n-----END RSA PRIVATE KEY-----", "MIIEow"),
        ("tok = eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl", "c2lnbmF0dXJl"),
    ],
)
def test_hides_the_value(line: str, secret: str) -> None:
    masked = mask(line)
    assert secret not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "line",
    [
        "password: ${DB_PASSWORD}",
        "$db = new mysqli($host, $user, $pass, $name);",
        "proxy_pass: http://app:8080",
        "On the first pass: all is well",
        "redis-cli -h cache ping",
        "docker run -p 8080:80 shop",
        "bypass = always",
        "password: $DB_PASSWORD",
        'password = "{{ vault_db_password }}"',
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "password = var.db_password",
        "password  = random_password.db.result",
        "secret_key = os.environ['SECRET_KEY']",
        "const token = process.env.TOKEN",
        "password = getpass()",
        "passwordPolicy: strict-policy-name",
        "minimumPasswordLength: fourteen",
        "token_url: https://login.example.org/oauth/token",
        "secretName: web-tls-certificate",
        "secretKeyRef: database-credentials",
        "secrets: inherit",
        "id-token: write",
        "docker login --username me --password-stdin",
        "bump actions/create-github-app-token from 1.11.2 to 1.11.3",
        "Basic Authentication credentials used by the scraper",
        "modify `<password>` for your specific case",
        "TURN_SECRET=          # still to be chosen",
        "kubectl create secret generic todo --from-literal=TOKEN= --from-literal=KEY=",
        "DB_CONNECTION_STRING=Host=${HOST};Username=app;Password=${PASSWORD};SslMode=Require",
        'password="${FILEBEAT_PASSWORD:-}"',
        "app_key_vault_id = module.app-key-vault.key_vault_id",
        "postgresql://admin:${DB_PASSWORD}@db:5432/app",
        "https://example.org:8443/path@2",
        "POSTGRES_PASSWORD_FILE: /run/secrets/db",
        "password: str",
        "existingSecret: my-data-source",
        "docker run --volume=$PWD:/check image",
        'SSH_KEY="$HOME/.ssh/id_ed25519"',
        "'token' => $this->token,",
        "if password == expected",
        "http_tokens = required",
        "max_tokens: 4096",
        "def login(user, password=password):",
        "the password is in the vault",
        "src/main/java/org/example/very/long/package/name/SomeControllerIntegrationTest2024",
        "arn:aws:iam::123456789012:role/GitHubActionsDeploymentRoleForProduction",
        "aws_cloudwatch_metric_alarm_for_high_cpu_utilisation_2",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "expr: sum(rate(container_cpu_usage_seconds_total[1m])) > 80",
    ],
)
def test_leaves_what_is_no_secret(line: str) -> None:
    assert mask(line) == line


def test_shortens_hashes_and_encrypted_values() -> None:
    digest = "sha256:" + "0a1b2c3d" * 8
    assert mask(f"image: app@{digest}") == "image: app@sha256:0a1b2c3d…"
    secure = "c" + "Zm9vYmFyYmF6" * 8
    masked = mask(f'- secure: "{secure}="')
    assert masked.startswith('- secure: "cZm9vY…')
    assert len(masked) < 25


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="ab:=\"'[]{}$ \n-password/@", max_size=300))
def test_masking_twice_changes_nothing_near_the_syntax(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_visible_shows_what_deceives() -> None:
    assert visible("a\u202eb\u200bc\x1b[31m") == "a\\u202eb\\u200bc\\x1b[31m"
    assert visible("Ünï → ok") == "Ünï → ok"


def test_visible_is_one_short_line() -> None:
    assert visible("  a\n\tb  ") == "a b"
    text = visible("word " * 100, limit=22)
    assert text == "word word word word…"
    assert visible("x" * 30, limit=10) == "x" * 9 + "…"


@given(st.text(), st.integers(min_value=2, max_value=200))
def test_visible_keeps_the_limit_and_settles(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert visible(shown, limit) == shown
