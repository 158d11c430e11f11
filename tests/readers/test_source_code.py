from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Code, File, Import, Location
from evidence_check.readers import source_code
from evidence_check.readers._source import Source, Unreadable
from tests.support import read_with, source


def _imports(path: str, text: str) -> list[tuple[int, str]]:
    return [(f.location.line, f.module) for f in read_with(source_code, path, text) if isinstance(f, Import)]


def test_code_is_told_without_its_comments() -> None:
    facts = read_with(source_code, "app.py", "import flask  # web\n\n# nothing\nflask.run()\n")
    code = next(fact for fact in facts if isinstance(fact, Code))

    assert (code.language, code.lines, code.test) == ("python", 2, False)
    assert "web" not in code.text
    assert code.text.split("\n")[3] == "flask.run()"


def test_what_is_commented_out_is_no_code() -> None:
    assert read_with(source_code, "src/Aspect.java", "// package a;\n/* class Aspect {\n  import b; } */\n") == []


def test_test_code_is_marked() -> None:
    facts = read_with(source_code, "tests/test_app.py", "import pytest\n", Category.TEST)

    assert [fact.test for fact in facts if isinstance(fact, (Code, Import))] == [True, True]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "import os, boto3 as b\n", [(1, "os"), (1, "boto3")]),
        ("a.py", "from unittest import mock\n", [(1, "unittest"), (1, "unittest.mock")]),
        ("a.py", "from a.b import (\n    c,\n    d as e,\n)\n", [(1, "a.b"), (1, "a.b.c"), (1, "a.b.d")]),
        ("a.py", "from . import views\nfrom .models import *\n", [(1, "."), (1, ".views"), (2, ".models")]),
        ("a.py", "# import flask\nx = 'import flask'\n", []),
        ("a.js", ("const e = require('express')\n// require('x')\nimport a from \"b\"\n"), [(1, "express"), (3, "b")]),
        (
            "a.ts",
            "import {\n  A,\n} from '@aws-sdk/client-s3'\nimport './s.css'\n",
            [(3, "@aws-sdk/client-s3"), (4, "./s.css")],
        ),
        ("a.jsx", "const C = lazy(() => import('./C'))\n", [(1, "./C")]),
        (
            "A.java",
            ("import static org.junit.Assert.assertTrue;\nimport java.util.*;\n"),
            [(1, "org.junit.Assert.assertTrue"), (2, "java.util.*")],
        ),
        ("A.kt", "import org.junit.jupiter.api.Test\n", [(1, "org.junit.jupiter.api.Test")]),
        ("A.scala", "import a.b.{C, D}\n", [(1, "a.b.C"), (1, "a.b.D")]),
        ("A.cs", "global using Xunit;\nusing Moq;\nusing (var x = F()) {}\n", [(1, "Xunit"), (2, "Moq")]),
        ("a.go", 'import "os"\nimport (\n\t"fmt"\n\tm "a.io/b"\n\t// "c"\n)\n', [(1, "os"), (3, "fmt"), (4, "a.io/b")]),
        ("a.rb", "require 'sinatra'\nrequire_relative \"lib/a\"\n", [(1, "sinatra"), (2, "lib/a")]),
        (
            "a.php",
            "<?php\nuse App\\Models\\{User, Post};\nuse PDO;\n",
            [(2, "App\\Models\\User"), (2, "App\\Models\\Post"), (3, "PDO")],
        ),
        (
            "a.rs",
            "use std::io;\nuse tokio::{fs, net::TcpListener};\n",
            [(1, "std::io"), (2, "tokio::fs"), (2, "tokio::net::TcpListener")],
        ),
        ("a.cpp", "#include <gtest/gtest.h>\n", [(1, "gtest/gtest.h")]),
        ("a.swift", "@testable import App\n", [(1, "App")]),
        ("a.html", '<script async src="https://cdn.io/a.js"></script>\n', [(1, "https://cdn.io/a.js")]),
        ("a.proto", 'import "google/api/annotations.proto";\n', [(1, "google/api/annotations.proto")]),
    ],
)
def test_imports_of_each_language(path: str, text: str, expected: list[tuple[int, str]]) -> None:
    assert _imports(path, text) == expected


@pytest.mark.parametrize(
    "path",
    ["Jenkinsfile", "build.gradle.kts", "Gemfile", "Vagrantfile", "vars/deploy.groovy", "a.yaml", "run.sh", "a.md"],
)
def test_what_is_no_source_code(path: str) -> None:
    assert not source_code.wants(source(path, "import x\n"))


@pytest.mark.parametrize("path", ["page.jinja", "Index.cshtml", "show.html.erb", "page.blade.php", "index.html"])
def test_templates_of_every_engine_are_html(path: str) -> None:
    code = read_with(source_code, path, "<!-- hidden --><h1>Shown</h1>\n")[0]

    assert isinstance(code, Code)
    assert code.language == "html"
    assert "hidden" not in code.text


def test_the_inventory_names_the_language_of_a_script_without_suffix() -> None:
    file = File(Location("part", "bin/deploy"), language="python", size=12)

    facts = list(source_code.read(Source(file, lambda: b"import boto3\n")))

    assert [fact.module for fact in facts if isinstance(fact, Import)] == ["boto3"]


def test_a_huge_file_is_a_gap() -> None:
    file = File(Location("part", "data.js"), size=20_000_000)

    with pytest.raises(Unreadable, match=r"20\.0 MB"):
        list(source_code.read(Source(file, lambda: b"")))


def test_a_huge_dump_or_page_is_no_code() -> None:
    for path in ("dump.sql", "specification.html"):
        assert not source_code.wants(Source(File(Location("part", path), size=20_000_000), lambda: b""))


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    st.sampled_from("a.py a.js a.vue A.java a.scala A.cs a.go a.rb a.php a.rs a.html a.sql a.ex a.pl a.fs".split()),
)
def test_any_bytes_give_facts(data: bytes, path: str) -> None:
    for fact in read_with(source_code, path, data):
        assert fact.location.path == path
