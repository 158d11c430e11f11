from __future__ import annotations

import base64
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, File, Location, Part, Secret
from evidence_check.readers import secrets
from evidence_check.readers._source import Unreadable
from tests.support import read_part, read_with, source

# Put together here, so that no scanner takes this file itself for a leak.
AWS_ID = "AKIA" + "Q3EGX7PLKWM2RTVZ"
AWS_SECRET = "k8Jx2vQp/L0rTzN4" + "mWcYb7HsD1fGe9UaXoR3iK5j"
GITHUB = "ghp_" + "a8Kq2LmZ5vXc7TnB1wRd9JfH3gYs6PoEuI4t"
FIREBASE = "AIza" + "SyA8kq2LmZ5vXc7TnB1wRd9JfH3gYs6PoEu"
HEX = "84d92032ade58c6d" + "d882655e038900ab"
RANDOM = "vX9" + "kQ2mL7pZ4tR8w" + "B3nY6dF"
KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDKz8v1" * 3


def _found(path: str, text: str, category: Category = Category.OWN) -> list[tuple[int, str, str]]:
    given_source = source(path, text, category)
    if not secrets.wants(given_source):
        return []
    return [(fact.location.line, fact.what, fact.masked) for fact in secrets.read(given_source)]


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("main.tf", f'  access_key = "{AWS_ID}"\n', "aws-access-key"),
        ("deploy.sh", f"export AWS_SECRET_ACCESS_KEY={AWS_SECRET}\n", "aws-secret-key"),
        (".github/workflows/ci.yml", f"  token: {GITHUB}\n", "github-token"),
        ("README.md", f"curl -H 'Authorization: token {GITHUB}'\n", "github-token"),
        ("id_rsa", f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n", "private-key"),
        ("sa.json", f'{{"private_key": "-----BEGIN PRIVATE KEY-----\\n{KEY_BODY}"}}', "private-key"),
        ("app.py", 'engine = create_engine("postgresql://shop:kT9vPz4w@db.prod.example.org:5432/shop")\n', ""),
        ("app.py", 'engine = create_engine("postgresql://shop:kT9vPz4w@db.acme.io:5432/shop")\n', "connection-string"),
        ("appsettings.json", '{"Db": "Server=db.acme.io;User Id=a;Password=kT9vPz4w;"}', "connection-string"),
        ("terraform.tfvars", f'CLIENT_SECRET = "{HEX}"\n', "secret"),
        (".env", "DB_PASSWORD=harbour42\n", "password"),
        ("sql.tf", 'administrator_login_password = "AdminPassword123!"\n', "password"),
        ("variables.tf", 'variable "db_password" {\n  type = string\n  default = "harbour42"\n}\n', "password"),
        ("app.js", f"const apiKey = '{RANDOM}'\n", "api-key"),
        ("app.py", f'app.config["SECRET_KEY"] = "{RANDOM}"\n', "secret"),
        ("index.php", "<?php $password = 'harbour42';\n", "password"),
        ("db.php", "<?php\n$DB_PASS = 'harbour42';\n", "password"),
        ("config.php", "<?php\ndefine('DB_PASSWORD', 'harbour42');\n", "password"),
        ("db.php", '<?php\n$db = new mysqli($host, "shop", "harbour42", "shop");\n', "password"),
        ("db.php", "<?php\n$db = new PDO('mysql:host=db', 'shop', 'harbour42');\n", "password"),
        ("Db.java", 'c = DriverManager.getConnection(url, "shop", "harbour42");\n', "password"),
        ("mail.js", "const auth = { user: 'shop', pass: 'harbour42' };\n", "password"),
        ("Db.java", 'String dbPass = "harbour42";\n', "password"),
        ("deploy.sh", "SMTP_PASS=harbour42\n", "password"),
        ("settings.xml", "<password>harbour42</password>\n", "password"),
        ("k8s/deploy.yaml", "env:\n- name: DB_PASSWORD\n  value: harbour42\n", "password"),
        ("task.json", '{"name": "DB_PASSWORD", "value": "harbour42"}\n', "password"),
        ("docker-compose.yml", f"environment:\n  API_TOKEN: {RANDOM}\n", "token"),
        ("run.sh", "mysql --password harbour42 shop\n", "password"),
        ("deploy.yml", "- shell: mysqldump -h db -u shop -pharbour42 shop > out.sql\n", "password"),
        ("Dockerfile", "RUN echo 'root:Harbour@42' | chpasswd\n", "password"),
        ("deploy.sh", "sqlcmd -S db -U sa -P 'Harbour@42' -i init.sql\n", "password"),
        ("deploy.sh", "mongosh -u root -p harbour42 --eval 'x'\n", "password"),
        ("deploy.sh", "redis-cli -h cache -a harbour42 ping\n", "password"),
        ("deploy.sh", "rabbitmqctl add_user shop harbour42\n", "password"),
        ("deploy.sh", "htpasswd -bc /etc/nginx/.htpasswd shop harbour42\n", "password"),
        ("environments/test/test.tfvars", 'db_password = "harbour42"\n', "password"),
        ("stack.template", "Parameters:\n  DbPassword:\n    Type: String\n    Default: harbour42\n", "password"),
    ],
)
def test_a_live_looking_secret_is_told_without_its_value(path: str, text: str, what: str) -> None:
    found = _found(path, text)

    assert [kind for _, kind, _ in found] == ([what] if what else [])
    for secret in (AWS_ID, AWS_SECRET, GITHUB, HEX, RANDOM, "harbour42", "Harbour@42", "kT9vPz4w", "AdminPassword"):
        assert all(secret not in masked and "****" in masked for _, _, masked in found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.tf", 'access_key = "AKIAIOSFODNN7EXAMPLE"\nsecret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"\n'),
        ("main.tf", 'password = var.db_password\nsecret = "${random_password.db.result}"\n'),
        ("main.tf", 'resource "random_password" "db" {\n  length = 16\n}\nsecret_name = "shop-db-credentials-2"\n'),
        (
            "variables.tf",
            'variable "password" {\n  type = string\n}\nvariable "size" {\n  default = "Standard_B2s_v2"\n}\n',
        ),
        (
            ".env",
            "PASSWORD=changeme\nSECRET_KEY=your-secret-key-1\nDB_PASSWORD=postgres\nTOKEN=\nADMIN_PASSWORD=admin123\n",
        ),
        (".env.example", "DB_PASSWORD=harbour42\n"),
        ("db.php", "<?php\n$db = new mysqli('localhost', 'root', 'root', 'shop42');\n"),
        ("db.php", "<?php\n$db = new mysqli('db', $user, getenv('X42'), 'harbour42');\n"),
        ("site.yml", "proxy_pass: http://shop42:8080\nbypass: harbour42\ncompass: harbour42\npass_rate: harbour42\n"),
        ("lang.php", "<?php\ntranslate('password', 'harbour42');\n"),
        (
            "run.sh",
            'sqlcmd -P "$SA_PASSWORD"\nmkdir -p harbour42\nhtpasswd -c users harbour42\nredis-cli -h harbour42\n',
        ),
        ("report.js", "console.log(`PASS: harbour42`)\nconst first_pass = run('harbour42')\n"),
        (".env.test", f"API_KEY={RANDOM}\n"),
        ("docker-compose.yml", "environment:\n  POSTGRES_PASSWORD: harbour42\n"),
        (".github/workflows/ci.yml", "env:\n  POSTGRES_PASSWORD: harbour42\n  T: ${{ secrets.TOKEN }}\n"),
        (".travis.yml", "env:\n  - secure: ZmFrZWZha2U9PT09MTIzNDU2Nzg5MGFiY2RlZg==\n"),
        (
            "app.py",
            'token = os.environ["API_TOKEN"]\npassword: str = None\ntoken_url = "https://id.acme.io/oauth2/t1"\n',
        ),
        ("app.ts", "interface A { password: string; token: Token2024Response }\n"),
        ("app.js", "if (password === 'harbour42') {}\nconst passwordHash = '" + HEX + "'\n"),
        ("values.yaml", "secretName: shop-db-2\npassword: ENC[AES256_GCM,data:a1b2c3d4e5f6,iv:x]\ntoken: !vault |\n"),
        ("run.sh", 'docker run -v "$PWD:/work1dir/app" x\ncurl -u "$USER:${PASSWORD:-harbour42}" x\n'),
        ("config.yml", "# password: harbour42\n"),
        ("run.sh", 'mysql -u shop -p"$PASSWORD" shop\nmysqladmin -pchangeme1 ping\ndocker start mysql -p3306:3306\n'),
        ("run.sh", "# mysqldump -pharbour42 shop\necho root:root | chpasswd\necho shop:harbour42 > list\n"),
        ("docker-compose.yml", "healthcheck:\n  test: mysqladmin ping -pharbour42\n"),
        ("app.py", 'url = "postgresql://shop:harbour42@localhost/shop"\nurl2 = "mysql://root:harbour42@db:3306/x"\n'),
        (
            "firebase.js",
            "const c = { apiKey: 'AIza" + "SyA8kq2LmZ5vXc7TnB1wRd9JfH3gYs6PoEu" + "', authDomain: 'a.b' }\n",
        ),
        ("README.md", "DB_PASSWORD=harbour42\n"),
        ("id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDKz8v1\n"),
        ("key.pem", "-----BEGIN PRIVATE KEY-----\nYOUR KEY HERE\n-----END PRIVATE KEY-----\n"),
        ("locales/en.json", '{"password": "Passwort99!"}'),
    ],
)
def test_what_is_no_live_secret(path: str, text: str) -> None:
    assert _found(path, text) == []


def test_tests_are_left_out() -> None:
    assert _found("app/checks.py", f'API_KEY = "{RANDOM}"\n', Category.TEST) == []
    assert _found("app/checks.py", f'API_KEY = "{RANDOM}"\n') != []


def test_a_line_is_told_once() -> None:
    text = f"x=1\nAWS_ACCESS_KEY_ID={AWS_ID} AWS_SECRET_ACCESS_KEY={AWS_SECRET}\n"

    assert [line for line, _, _ in _found(".env", text)] == [2]


@pytest.mark.parametrize(("plain", "expected"), [("harbour42", 1), ("postgres", 0), ("changeme", 0)])
def test_a_kubernetes_secret_is_only_encoded(plain: str, expected: int) -> None:
    encoded = base64.b64encode(plain.encode()).decode()
    text = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {encoded}\n"

    found = _found("k8s/secret.yaml", text)

    assert len(found) == expected
    assert all(line == 6 and what == "kubernetes-secret" for line, what, _ in found)


def test_a_sealed_secret_is_encrypted() -> None:
    text = "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy8h" + "Kq2LmZ5vXc7TnB1wRd9" * 4 + "\n"

    assert _found("k8s/sealed.yaml", text) == []


def _plan(state: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tfplan", b"\x00\x01")
        archive.writestr("tfstate", json.dumps(state, indent=1))
    return buffer.getvalue()


def test_state_and_plan_files_are_read_though_generated() -> None:
    contents = {
        "terraform.tfstate": b'{"resources": [{"attributes": {"password": "harbour42"}}]}',
        "plan.tfplan": _plan({"password": "harbour42"}),
        "other.tfplan": _plan({"password": "changeme"}),
    }
    files = tuple(
        File(Location("part", name), Category.GENERATED, size=len(data), binary=name.endswith("tfplan"))
        for name, data in contents.items()
    )

    facts, gaps = read_part(Part("part", "x", files), lambda file: contents[file.location.path])

    assert {(type(fact), str(fact.location)) for fact in facts} == {
        (Secret, "terraform.tfstate:1"),
        (Secret, "plan.tfplan"),
    }
    assert gaps == []


def test_archives_are_looked_into_for_the_forms_of_tokens() -> None:
    key = "AKIA" + "Q7RT2XWZ5N4KLM3P"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config/app.env", f"AWS_ACCESS_KEY_ID={key}\npassword=harbour42\n")
        archive.writestr("examples/app.env", f"AWS_ACCESS_KEY_ID={key}\n")
        archive.writestr("icon.png", b"\x89PNG\0\0" + key.encode())

    (found,) = secrets.read(source("build/lambda.zip", buffer.getvalue(), Category.GENERATED))

    assert found.what == "aws-access-key"
    assert found.masked.startswith("config/app.env: ")
    assert key not in found.masked


def test_a_broken_plan_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        list(secrets.read(source("x.tfplan", b"PK\x03\x04broken")))


@pytest.mark.parametrize(
    "text",
    [
        "password=" * 20_000,
        "://a:b" * 30_000,
        '"token": ' * 20_000,
        "-----BEGIN PRIVATE KEY-----" * 5_000,
        "eyJ." * 30_000,
    ],
)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    assert len(_found("a.yaml", text)) <= 50


@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "password",
                "=",
                ":",
                '"',
                "'",
                "\n",
                " ",
                "token",
                "://",
                "@",
                "AKIA",
                "eyJ",
                "kind: Secret\n",
                "data:",
                "a1B!",
            ]
        )
        | st.characters(),
        max_size=50,
    ).map(lambda parts: "".join(parts).encode("utf-8", "replace")),
    st.sampled_from(["a.py", ".env", "a.yaml", "a.tf", "terraform.tfstate", "a.tfplan", "a.xml"]),
)
def test_any_bytes_give_facts_or_unreadable(data: bytes, path: str) -> None:
    try:
        facts = read_with(secrets, path, data)
    except Unreadable:
        facts = []
    assert all(isinstance(fact, Secret) and "****" in fact.masked for fact in facts)
