"""CloudFormation and SAM templates."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Fact, Resource, UnitKind
from evidence_check.readers import cloudformation
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str, int, int]]:
    return [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)]


def commands(facts: list[Fact]) -> list[tuple[str, int]]:
    return [(" ".join(f.words), f.location.line) for f in facts if isinstance(f, Command)]


def test_template() -> None:
    facts = read_with(
        cloudformation,
        "infra/stack.yaml",
        """
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters:
          Env: {Type: String}
        Resources:
          Bucket:
            Type: AWS::S3::Bucket
            DeletionPolicy: Retain
            Properties:
              BucketName: !Sub "${AWS::StackName}-logs"
              BucketEncryption:
                ServerSideEncryptionConfiguration:
                  - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms}
          Nested:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: ./network.yaml
        Outputs:
          Name: {Value: !Ref Bucket}
        """,
    )
    assert resources(facts) == [
        ("parameter", "Env", 3, 3),
        ("output", "Name", 18, 18),
        ("AWS::S3::Bucket", "Bucket", 5, 12),
        ("AWS::CloudFormation::Stack", "Nested", 13, 16),
    ]
    bucket = facts[2]
    assert isinstance(bucket, Resource)
    assert bucket.system == "cloudformation"
    assert bucket.attributes["DeletionPolicy"] == "Retain"
    assert bucket.attributes["BucketName"] == "!Sub ${AWS::StackName}-logs"
    assert bucket.attributes.line_of("BucketEncryption") == 10  # type: ignore[attr-defined]  # it is a Map


@pytest.mark.parametrize(
    ("user_data", "line"),
    [
        (["Fn::Base64: !Sub |", "  #!/bin/bash", "  yum install -y ${Package}"], 8),
        (["!Base64 |", "  #!/bin/bash", "  yum install -y ${Package}"], 8),
        (["Fn::Base64:", "  !Sub |", "  #!/bin/bash", "  yum install -y ${Package}"], 9),
        (["Fn::Base64: !Sub", "  - |", "    #!/bin/bash", "    yum install -y ${Package}", "  - {}"], 9),
        (["Fn::Base64:", "  Fn::Sub: |", "    #!/bin/bash", "    yum install -y ${Package}"], 9),
    ],
)
def test_user_data(user_data: list[str], line: int) -> None:
    head = "Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n"
    content = head + "".join(f"        {row}\n" for row in user_data)
    facts = read_with(cloudformation, "a.yml", content)
    assert commands(facts) == [("yum install -y ${Package}", line)]
    (command,) = [f for f in facts if isinstance(f, Command)]
    assert (command.unit.kind, command.unit.name) == (UnitKind.MACHINE, "Web")


def test_json_with_joined_lines_and_init() -> None:
    content = {
        "Resources": {
            "Web": {
                "Type": "AWS::EC2::Instance",
                "Metadata": {
                    "AWS::CloudFormation::Init": {"config": {"commands": {"01_run": {"command": "make run"}}}}
                },
                "Properties": {
                    "UserData": {
                        "Fn::Base64": {
                            "Fn::Join": ["", ["#!/bin/bash\n", "cfn-init --stack ", {"Ref": "AWS::StackName"}, "\n"]]
                        }
                    }
                },
            }
        }
    }
    facts = read_with(cloudformation, "stack.template", json.dumps(content))
    assert [words for words, _ in commands(facts)] == ["cfn-init --stack ${X}", "make run"]


def test_sam() -> None:
    facts = read_with(
        cloudformation,
        "template.yaml",
        """
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function:
            Tracing: Active
        Resources:
          Api:
            Type: AWS::Serverless::Function
            Properties:
              Handler: app.handler
        """,
    )
    assert [found[:2] for found in resources(facts)] == [("Globals", ""), ("AWS::Serverless::Function", "Api")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.yaml", "Resources: [a]\n"),
        ("a.yaml", "# AWS::S3::Bucket\nResources:\n  a: {Kind: x}\n"),
        ("a.json", '{"Resources": {"a": {"Type": "AWS::S3::Bucket"}'),
        ("a.md", "Resources:\n  a:\n    Type: AWS::S3::Bucket\n"),
        ("a.yaml", "apiVersion: v1\nkind: x\nResources: {}\nname: a::b\n"),
    ],
)
def test_not_wanted(path: str, content: str) -> None:
    assert not cloudformation.wants(source(path, content))


def test_commented_out_resource_is_none() -> None:
    facts = read_with(
        cloudformation, "a.yaml", "Resources:\n  a:\n    Type: AWS::A::B\n#  b:\n#    Type: AWS::S3::Bucket\n"
    )
    assert [found[0] for found in resources(facts)] == ["AWS::A::B"]


_KEYS = st.sampled_from(
    ["Type", "Properties", "UserData", "Fn::Base64", "Fn::Sub", "Fn::Join", "Metadata", "AWS::CloudFormation::Init",
     "commands", "command", "a"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["AWS::EC2::Instance", "ls", "#!/bin/sh\nls", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["Resources", "Outputs", "Parameters", "Globals"]), _VALUES))
def test_any_template(document: dict[str, object]) -> None:
    given_source = source("a.json", json.dumps({"AWSTemplateFormatVersion": "x", **document}))
    assert isinstance(list(cloudformation.read(given_source)), list)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_any_resource(resource: dict[str, object]) -> None:
    document = {"Resources": {"x": {"Type": "AWS::EC2::Instance", **resource}}}
    given_source = source("a.yaml", json.dumps(document))
    with suppress(Unreadable):
        assert isinstance(list(cloudformation.read(given_source)), list)
