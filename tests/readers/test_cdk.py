from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Resource
from evidence_check.readers import cdk
from evidence_check.readers._source import Unreadable
from tests.support import read_with, source

Row = tuple[int, str, str, str, dict[str, Any]]

TYPESCRIPT = """
import * as cdk from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { aws_ecs as ecs } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Bucket as Store } from "aws-cdk-lib/aws-s3";
import { Network } from './network';
export class ShopStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const data = new s3.Bucket(this, 'Data', {
      versioned: true, // kept
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: cdk.Duration.days(30), enabled: false }],
    });
    new Store(this, `logs-${id}`);
    // new s3.Bucket(this, 'Old');
    new ecs.FargateService(this, 'Web', { circuitBreaker: { rollback: true }, desiredCount: 2 });
    group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
    new Network(this, 'Net', { tags: { Name: 'x' } });
    const when = new Date('2020'); const cache = new Map(this, 3);
  }
}
"""


def _rows(path: str, text: str) -> list[Row]:
    found = [fact for fact in read_with(cdk, path, text) if isinstance(fact, Resource)]
    return [(fact.location.line, fact.system, fact.type, fact.name, dict(fact.attributes)) for fact in found]


def test_typescript() -> None:
    assert _rows("lib/shop.ts", TYPESCRIPT) == [
        (7, "cdk", "stack-class", "ShopStack", {}),
        (
            10,
            "cdk",
            "s3.Bucket",
            "Data",
            {
                "versioned": True,
                "encryption": "s3.BucketEncryption.S3_MANAGED",
                "lifecycleRules": [{"expiration": "cdk.Duration.days(30)", "enabled": False}],
            },
        ),
        (15, "cdk", "s3.Bucket", "logs-${id}", {}),
        (17, "cdk", "ecs.FargateService", "Web", {"circuitBreaker": {"rollback": True}, "desiredCount": 2}),
        (19, "cdk", "Network", "Net", {"tags": {"Name": "x"}}),
        (18, "cdk", "call", "addIngressRule", {"arguments": ["ec2.Peer.anyIpv4()", "ec2.Port.tcp(22)"]}),
    ]


def test_python() -> None:
    text = """
    from aws_cdk import Stack, aws_s3 as s3, aws_lambda as _lambda
    from aws_cdk.aws_ec2 import Vpc
    class DataStack(Stack):
        def __init__(self, scope, construct_id, **kwargs):
            super().__init__(scope, construct_id, **kwargs)
            bucket = s3.Bucket(self, "Data", removal_policy=RemovalPolicy.DESTROY, tags={"Data_Owner": "x"})
            vpc = Vpc(
                self,
                id="Net",
                max_azs=2,
            )
            s3.Bucket.from_bucket_name(self, "Old", "x")
            bucket.grant_read(function)
    """

    assert _rows("app.py", text) == [
        (3, "cdk", "stack-class", "DataStack", {}),
        (6, "cdk", "s3.Bucket", "Data", {"removalPolicy": "RemovalPolicy.DESTROY", "tags": {"Data_Owner": "x"}}),
        (7, "cdk", "ec2.Vpc", "Net", {"maxAzs": 2}),
        (13, "cdk", "call", "grantRead", {"arguments": ["function"]}),
    ]


def test_java_with_builders() -> None:
    text = """
    import software.amazon.awscdk.Stack;
    import software.amazon.awscdk.services.s3.Bucket;
    import software.amazon.awscdk.services.sqs.*;
    public class AppStack extends Stack {
      public AppStack(final Construct scope, final String id) {
        Bucket.Builder.create(this, "Data").versioned(true).build();
        new Queue(this, "Jobs", QueueProps.builder().fifo(true).build());
      }
    }
    """

    assert _rows("AppStack.java", text) == [
        (4, "cdk", "stack-class", "AppStack", {}),
        (7, "cdk", "sqs.Queue", "Jobs", {"fifo": True}),
        (6, "cdk", "s3.Bucket", "Data", {"versioned": True}),
    ]


def test_csharp_and_go() -> None:
    csharp = """
    using Amazon.CDK;
    using Amazon.CDK.AWS.S3;
    public class AppStack : Stack {
        AppStack(Construct scope, string id) : base(scope, id) {
            new Bucket(this, "Data", new BucketProps { Versioned = true, Days = 30 });
        }
    }
    """
    go = """
    import (
        "github.com/aws/aws-cdk-go/awscdk/v2"
        "github.com/aws/aws-cdk-go/awscdk/v2/awss3"
    )
    func NewAppStack(scope constructs.Construct, id string) awscdk.Stack {
        awss3.NewBucket(stack, jsii.String("Data"), &awss3.BucketProps{
            Versioned: jsii.Bool(true), Names: &[]*string{jsii.String("a")}})
    }
    """

    assert _rows("AppStack.cs", csharp)[1:] == [(5, "cdk", "s3.Bucket", "Data", {"versioned": True, "days": 30})]
    assert _rows("main.go", go) == [
        (5, "cdk", "stack-class", "AppStack", {}),
        (6, "cdk", "s3.Bucket", "Data", {"versioned": True, "names": ["a"]}),
    ]


@pytest.mark.parametrize(
    ("path", "text", "type_", "name", "attributes"),
    [
        (
            "index.ts",
            'import * as aws from "@pulumi/aws";\nnew aws.s3.Bucket("data", { acl: "private" }, { protect: true });\n',
            "aws.s3.Bucket",
            "data",
            {"acl": "private", "protect": True},
        ),
        (
            "__main__.py",
            'from pulumi_azure_native import storage\nstorage.Account("sa", sku=storage.SkuArgs(tier_name="x"))\n',
            "azure_native.storage.Account",
            "sa",
            {"sku": {"tierName": "x"}},
        ),
        (
            "main.go",
            (
                'import "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"\n'
                's3.NewBucket(ctx, "data", &s3.BucketArgs{Acl: pulumi.String("private")})\n'
            ),
            "aws.s3.Bucket",
            "data",
            {"acl": "private"},
        ),
    ],
)
def test_pulumi(path: str, text: str, type_: str, name: str, attributes: dict[str, Any]) -> None:
    rows = [row[1:] for row in _rows(path, text) if row[2] != "project"]

    assert rows == [("pulumi", type_, name, attributes)]


def test_a_pulumi_backend_is_told_where_it_is_stated() -> None:
    assert ("pulumi", "backend.s3") in [
        row[1:3] for row in _rows("Pulumi.yaml", "name: a\nbackend:\n  url: s3://state\n")
    ]
    assert [row[2] for row in _rows("Pulumi.yaml", "name: a\nruntime: nodejs\n")] == ["project"]


def test_cdktf() -> None:
    text = """
    import { TerraformStack, S3Backend } from "cdktf";
    import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
    import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
    class Main extends TerraformStack {
      constructor(scope: Construct, id: string) {
        new AwsProvider(this, "AWS", { region: "eu-west-2" });
        new S3Bucket(this, "data", { bucket: "x" });
        new S3Backend(this, { bucket: "state" });
      }
    }
    """

    assert [row[:4] for row in _rows("main.ts", text)] == [
        (4, "cdktf", "stack-class", "Main"),
        (7, "cdktf", "S3Bucket", "data"),
        (8, "cdktf", "backend.s3", ""),
    ]


def test_project_files() -> None:
    assert _rows("cdk.json", '{"app": "npx ts-node bin/app.ts"}') == [(1, "cdk", "app", "npx ts-node bin/app.ts", {})]
    with pytest.raises(Unreadable):
        _rows("cdk.json", "{")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "import { Widget } from './cdk';\nnew Widget(this, 'id', {});\n"),
        ("a.py", "# aws_cdk\nBucket(self, 'x')\n"),
        ("a.py", "import pulumi\nname = pulumi.Config('x')\nThing('a')\n"),
        ("README.md", "new s3.Bucket(this, 'x') // aws-cdk-lib"),
    ],
)
def test_programs_of_other_systems_declare_nothing(path: str, text: str) -> None:
    assert not cdk.wants(source(path, text)) or _rows(path, text) == []


def test_what_a_test_makes_is_deployed_nowhere() -> None:
    assert not cdk.wants(source("test/shop.test.ts", TYPESCRIPT, Category.TEST))


@pytest.mark.parametrize(
    "text", ["new s3.Bucket(" * 20_000, "new A({" * 20_000, "new A([[" * 20_000, "new A('" * 20_000]
)
def test_hostile_programs_are_read_in_bounded_time(text: str) -> None:
    assert isinstance(_rows("a.ts", "import * as s3 from 'aws-cdk-lib/aws-s3'\n" + text), list)


@given(
    st.lists(
        st.sampled_from(["new s3.Bucket(", "this", "'Id'", *',{}[]():=`a1\n\\"']) | st.characters(),
        max_size=50,
    ).map("".join),
    st.sampled_from(
        [
            ("a.ts", "import * as s3 from 'aws-cdk-lib/aws-s3'\n"),
            ("a.py", "from aws_cdk import aws_s3 as s3\n"),
            ("A.java", "import software.amazon.awscdk.services.s3.Bucket;\n"),
            ("A.cs", "using Amazon.CDK;\n"),
            ("a.go", 'import "github.com/aws/aws-cdk-go/awscdk/v2/awss3"\n'),
            ("Pulumi.yaml", "name: a\nresources:\n"),
        ]
    ),
)
def test_any_text_gives_facts_or_unreadable(text: str, program: tuple[str, str]) -> None:
    path, head = program
    try:
        rows = _rows(path, head + text)
    except Unreadable:
        rows = []
    assert all(row[0] >= 1 for row in rows)
