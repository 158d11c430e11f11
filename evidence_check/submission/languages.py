"""The language of a file, by its name and, where that says nothing, by its first line.

Names are those of GitHub's linguist in lower case (`python`, `hcl`, `dockerfile`), `csharp` and `cpp` written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence_check.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE: Mapping[str, str] = {
    "python": "py pyw pyi pyx ipynb",
    "javascript": "js jsx mjs cjs es6",
    "typescript": "ts tsx mts cts",
    "vue": "vue",
    "svelte": "svelte",
    "astro": "astro",
    "java": "java jsp",
    "kotlin": "kt kts",
    "scala": "scala sc sbt",
    "groovy": "groovy gradle",
    "csharp": "cs csx cshtml razor",
    "fsharp": "fs fsx",
    "vb": "vb",
    "go": "go",
    "ruby": "rb rake gemspec erb",
    "php": "php phtml",
    "rust": "rs",
    "c": "c h",
    "cpp": "cpp cc cxx hpp hh hxx",
    "objective-c": "m mm",
    "swift": "swift",
    "dart": "dart",
    "elixir": "ex exs",
    "erlang": "erl hrl",
    "haskell": "hs",
    "clojure": "clj cljs cljc edn",
    "perl": "pl pm",
    "r": "r rmd",
    "julia": "jl",
    "lua": "lua",
    "sql": "sql",
    "plsql": "pks pkb",
}
_SCRIPTS: Mapping[str, str] = {
    "shell": "sh bash zsh ksh bats",
    "powershell": "ps1 psm1 psd1",
    "batchfile": "bat cmd",
}
_DATA: Mapping[str, str] = {
    "hcl": "tf tfvars hcl nomad tofu",
    "bicep": "bicep bicepparam",
    "yaml": "yaml yml",
    "json": "json json5 jsonc jsonl ndjson geojson webmanifest avsc tfstate arm",
    "toml": "toml",
    "ini": "ini cfg conf cnf properties editorconfig flake8 pylintrc prefs",
    "dotenv": "env",
    "xml": "xml csproj fsproj vbproj props targets config xsd xsl xslt wsdl plist resx pom jmx nuspec storyboard iml",
    "jinja": "j2 jinja jinja2 njk twig",
    "template": "tpl tmpl gotmpl tftpl mustache",
    "html": "html htm xhtml ejs hbs handlebars",
    "css": "css",
    "scss": "scss",
    "sass": "sass",
    "less": "less",
    "svg": "svg",
    "protobuf": "proto",
    "graphql": "graphql graphqls gql",
    "gherkin": "feature",
    "robotframework": "robot",
    "csv": "csv tsv",
    "makefile": "mk mak",
    "dockerfile": "dockerfile containerfile",
    "rego": "rego",
    "jsonnet": "jsonnet libsonnet",
    "puppet": "pp",
    "nix": "nix",
    "starlark": "bzl star",
    "cmake": "cmake",
    "systemd": "service timer socket",
    "diff": "diff patch",
    "visual studio solution": "sln",
    "log": "log",
}
_PROSE: Mapping[str, str] = {
    "markdown": "md markdown mdx mkd",
    "restructuredtext": "rst",
    "asciidoc": "adoc asciidoc asc",
    "org": "org",
    "tex": "tex",
    "text": "txt text",
    "rtf": "rtf",
    "plantuml": "puml plantuml pu iuml wsd",
    "mermaid": "mmd mermaid",
    "graphviz": "dot gv",
    "structurizr": "dsl c4",
    "d2": "d2",
    "drawio": "drawio dio",
    "excalidraw": "excalidraw",
}
BINARY: Mapping[str, str] = {
    "image": "png jpg jpeg gif webp bmp tif tiff ico icns avif heic psd",
    "document": "pdf docx docm doc odt odp ods odg pptx ppt xlsx xls xlsm vsdx vsd pages key numbers epub",
    "compiled": "pyc pyo class jar war ear dll exe so dylib o a obj lib pdb wasm node nupkg whl egg deb rpm apk msi",
    "archive": "zip tar gz tgz bz2 xz 7z rar zst",
    "keystore": "jks p12 pfx keystore",
    "media": "mp3 mp4 mov avi mkv webm wav ogg m4a flac",
    "font": "ttf otf woff woff2 eot",
    "data": "db sqlite sqlite3 mdb parquet pickle pkl npy npz h5 model onnx bin dat tfplan rdb dump",
}
"""Suffixes of files that are no text, by what they are."""

_BY_SUFFIX = {
    suffix: language
    for table in (_DATA, _SCRIPTS, _PROSE, _CODE)
    for language, suffixes in table.items()
    for suffix in suffixes.split()
}
BINARY_BY_SUFFIX = {suffix: kind for kind, suffixes in BINARY.items() for suffix in suffixes.split()}
PROGRAMMING = frozenset(_CODE) - {"sql", "plsql"}
"""Languages that an application is written in; shell and its like are not among them."""
PROSE = frozenset(_PROSE)

_BY_NAME: Mapping[str, str] = {
    "dockerfile": "dockerfile", "containerfile": "dockerfile", "makefile": "makefile", "gnumakefile": "makefile",
    "jenkinsfile": "groovy", "vagrantfile": "ruby", "gemfile": "ruby", "rakefile": "ruby", "guardfile": "ruby",
    "podfile": "ruby", "brewfile": "ruby", "fastfile": "ruby", "berksfile": "ruby", "capfile": "ruby",
    "tiltfile": "starlark", "build": "starlark", "workspace": "starlark", "build.bazel": "starlark",
    "workspace.bazel": "starlark", "procfile": "procfile", "caddyfile": "caddyfile", "pipfile": "toml",
    "cmakelists.txt": "cmake", "codeowners": "codeowners", "gemfile.lock": "text", "poetry.lock": "toml",
    "pipfile.lock": "json", "cargo.lock": "toml", "composer.lock": "json", "flake.lock": "json", "go.mod": "go module",
    "go.sum": "go checksums", "go.work": "go workspace", "requirements.txt": "pip requirements", "license": "text",
    "licence": "text", "readme": "text", "copying": "text", "notice": "text", "changelog": "text", "changes": "text",
    "authors": "text", "contributors": "text", "maintainers": "text", "version": "text", "contributing": "text",
    "install": "text", "todo": "text", "mvnw": "shell", "gradlew": "shell", "justfile": "just", "earthfile": "earthly",
    ".bashrc": "shell", ".profile": "shell", ".zshrc": "shell", ".eslintrc": "json", ".babelrc": "json",
    ".prettierrc": "json", ".stylelintrc": "json", ".jshintrc": "json", ".swcrc": "json", ".gitignore": "ignore list",
    ".dockerignore": "ignore list", ".helmignore": "ignore list", ".terraformignore": "ignore list",
    ".gitattributes": "git attributes", ".gitmodules": "git config", ".npmrc": "ini", ".yarnrc": "ini",
    ".coveragerc": "ini", ".pylintrc": "ini", ".flaskenv": "dotenv", ".envrc": "shell", "hosts": "ini",
    "inventory": "ini", ".tool-versions": "text", ".nvmrc": "text", ".python-version": "text", ".snyk": "yaml",
    ".clang-format": "yaml", ".ansible-lint": "yaml", ".yamllint": "yaml", "chart.lock": "yaml",
}  # fmt: skip
_ENV_FILE = expression(r"(?:^|\.)(?:flask)?env(?:\.[\w-]{1,30}){0,3}$|^[\w-]{1,40}\.env\.[\w.-]{1,30}$")
_DOCKERFILE = expression(r"^(?:dockerfile|containerfile)[._-]|[._-](?:dockerfile|containerfile)$")
_NO_DOCKERFILE = (".md", ".yml", ".yaml", ".sh", ".dockerignore", ".j2")
_REQUIREMENTS = expression(r"(?:^|[-_.])(?:requirements|constraints)(?:[-_.][\w.-]{1,40})?\.(?:txt|in)$")
_SECOND = frozenset({"j2", "jinja", "jinja2", "tpl", "tmpl", "template", "tftpl", "erb", "example", "sample", "dist"})
_SHEBANG = expression(rb"#![ \t]{0,4}(?:[\w.-]{0,40}/){1,8}(?:env[ \t]{1,4}(?:-S[ \t]{1,4})?)?([A-Za-z]{1,12})")
_INTERPRETERS: Mapping[bytes, str] = {
    b"sh": "shell", b"bash": "shell", b"zsh": "shell", b"ksh": "shell", b"dash": "shell", b"ash": "shell",
    b"python": "python", b"node": "javascript", b"deno": "typescript", b"ruby": "ruby", b"perl": "perl", b"php": "php",
    b"pwsh": "powershell", b"groovy": "groovy", b"Rscript": "r", b"bats": "shell",
}  # fmt: skip


def suffix_of(path: str) -> str:
    """The lower-case suffix of a path without its dot; a dot file's name counts as one (`.env`)."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def language_of(path: str) -> str:
    """The language of a file by its name; empty where the name does not say."""
    name = path.rpartition("/")[2].lower()
    if known := _BY_NAME.get(name):
        return known
    if "env" in name and _ENV_FILE.search(name):
        return "dotenv"
    if name.startswith("jenkinsfile"):
        return "groovy"
    if name.endswith((".txt", ".in")) and _REQUIREMENTS.search(name):
        return "pip requirements"
    if (
        ("dockerfile" in name or "containerfile" in name)
        and _DOCKERFILE.search(name)
        and not name.endswith(_NO_DOCKERFILE)
    ):
        return "dockerfile"
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return ""
    if suffix in _SECOND and "." in stem:
        return _BY_SUFFIX.get(stem.rpartition(".")[2]) or _BY_SUFFIX.get(suffix, "")
    return _BY_SUFFIX.get(suffix, "")


def language_of_head(head: bytes) -> str:
    """The language of a script by its shebang, empty where it has none."""
    match = _SHEBANG.match(head)
    return _INTERPRETERS.get(match[1], "") if match else ""
