"""Facts: what a file states, whatever syntax it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from evidence_check.model.places import Location


class Category(StrEnum):
    """Whose a file is, as far as evidence goes. Only `OWN`, `TEST` and `DOCUMENT` files are evidence."""

    OWN = "own"
    TEST = "test"
    DOCUMENT = "document"
    VENDORED = "vendored"
    GENERATED = "generated"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a file or the history states, whatever syntax it was written in."""

    kind: ClassVar[str] = ""
    location: Location

    @property
    def excerpt(self) -> str:
        """The fact in one line, as close to the source as it can be told."""
        return str(self.location)


@dataclass(frozen=True, slots=True)
class File(Fact):
    """A tracked file of the submission."""

    kind: ClassVar[str] = "file"
    category: Category = Category.OWN
    language: str = ""
    """Lower-case name of the programming or markup language, empty where unknown: `python`, `hcl`, `yaml`."""
    size: int = 0
    binary: bool = False

    @property
    def excerpt(self) -> str:
        return self.location.path


@dataclass(frozen=True, slots=True)
class Resource(Fact):
    """A declared thing: a Terraform block, a CloudFormation resource, a Kubernetes object, a Compose service ...

    `type` keeps the words of its system. Terraform: `aws_s3_bucket`, and for other blocks `module`, `data.aws_ami`,
    `backend.s3`, `cloud`, `provider.aws`, `required_provider`, `variable`, `output`, `local`. Kubernetes: the kind
    (`Deployment`). Compose: `service`. Dockerfile: `stage`. Ansible: `play`, `role`, `task` (name: the module).
    """

    kind: ClassVar[str] = "resource"
    system: str = ""
    """`terraform`, `packer`, `cloudformation`, `kubernetes`, `compose`, `docker`, `ansible`, `bicep`, `arm` ..."""
    type: str = ""
    name: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Nested mappings, lists and scalars as written; `true`, `false` and numbers as such, expressions as text."""

    @property
    def excerpt(self) -> str:
        return f"{self.system} {self.type} {self.name}".rstrip()


@dataclass(frozen=True, slots=True)
class Setting(Fact):
    """A leaf of a configuration file: YAML, JSON, TOML, INI, properties, .env, tfvars, nginx, XML."""

    kind: ClassVar[str] = "setting"
    path: str = ""
    """Keys joined by dots, list items as `[]`: `groups[].rules[].alert`."""
    value: Any = None
    """Text, number, true or false, None."""

    @property
    def excerpt(self) -> str:
        return f"{self.path.rsplit('.', 1)[-1]}: {self.value}"


@dataclass(frozen=True, slots=True)
class Dependency(Fact):
    """A package that a manifest asks for."""

    kind: ClassVar[str] = "dependency"
    ecosystem: str = ""
    """`pypi`, `npm`, `maven` (name `group:artifact`), `nuget`, `go`, `rubygems`, `packagist`, `crates`, `helm`,
    `galaxy`."""
    name: str = ""
    version: str = ""
    scope: str = ""
    """`` (run time), `dev`, `test`, `build` (plugins)."""

    @property
    def excerpt(self) -> str:
        return f"{self.name} {self.version}".rstrip()


@dataclass(frozen=True, slots=True)
class Import(Fact):
    """A module that a source file imports."""

    kind: ClassVar[str] = "import"
    language: str = ""
    module: str = ""
    """As written in the language: `flask`, `unittest.mock`, `org.junit.jupiter.api.Test`, `@aws-sdk/client-s3`."""
    test: bool = False
    """The file is test code."""

    @property
    def excerpt(self) -> str:
        return f"import {self.module}"


@dataclass(frozen=True, slots=True)
class Code(Fact):
    """The text of a source file with its comments blanked out, lines and columns kept."""

    kind: ClassVar[str] = "code"
    language: str = ""
    text: str = field(default="", repr=False)
    lines: int = 0
    """Lines that are neither blank nor comment."""
    test: bool = False

    @property
    def excerpt(self) -> str:
        return self.location.path


@dataclass(frozen=True, slots=True)
class TestFile(Fact):
    """A file of automated tests."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test"
    language: str = ""
    framework: str = ""
    """`pytest`, `unittest`, `jest`, `junit`, `xunit`, `go-test`, `rspec`, `gherkin`, `terraform-test` ..."""
    tests: int = 0
    assertions: int = 0
    scaffold: bool = False
    """Nothing but what a generator wrote (the default create-react-app test, `assert True`)."""
    text: str = field(default="", repr=False)
    """As in `Code`."""

    @property
    def excerpt(self) -> str:
        return f"{self.tests} tests, {self.assertions} assertions ({self.framework})"


@dataclass(frozen=True, slots=True)
class Secret(Fact):
    """Something that looks like a live secret. Its value is nowhere: only its kind, its place and a masked hint."""

    kind: ClassVar[str] = "secret"
    what: str = ""
    """`aws-access-key`, `private-key`, `github-token`, `password`, `connection-string` ..."""
    masked: str = ""
    """The line with the value replaced: `db_password = "****"`."""

    @property
    def excerpt(self) -> str:
        return self.masked or self.what
