"""The infrastructure as coded: what refers to what."""

from __future__ import annotations

from evidence_check.infrastructure import infrastructure
from evidence_check.model import Location, Resource


def _thing(system: str, type_: str, name: str, line: int = 1, path: str = "main.tf", **attributes: object) -> Resource:
    return Resource(Location("app", path, line), system, type_, name, attributes)


def test_terraform_groups_by_references_and_variables_join_nothing() -> None:
    made = infrastructure(
        [
            _thing("terraform", "aws_vpc", "main", 1, cidr="var.cidr"),
            _thing("terraform", "aws_subnet", "a", 5, vpc_id="${aws_vpc.main.id}"),
            _thing("terraform", "local", "subnets", 9, value=["aws_subnet.a.id"]),
            _thing("terraform", "aws_db_instance", "db", 12, subnets="local.subnets", size="var.cidr"),
            _thing("terraform", "aws_s3_bucket", "logs", 20, bucket="var.cidr"),
            _thing("terraform", "variable", "cidr", 30),
            _thing("terraform", "provider.aws", "", 31),
        ]
    )
    assert made.total == 4
    [cluster] = made.clusters
    assert [one.name for one in cluster.members] == ["main", "a", "db"], (
        "a local value joins two things, and is none itself"
    )
    assert cluster.links == ((1, 0), (2, 1))
    assert made.alone == 1
    assert made.services == {"aws db": 1, "aws s3": 1, "aws subnet": 1, "aws vpc": 1}


def test_the_same_name_in_another_folder_is_another_thing() -> None:
    made = infrastructure(
        [
            _thing("terraform", "aws_vpc", "main", path="prod/main.tf"),
            _thing("terraform", "aws_subnet", "a", path="test/main.tf", vpc_id="aws_vpc.main.id"),
        ]
    )
    assert made.clusters == ()
    assert made.alone == 2


def test_templates_compose_and_kubernetes_have_references_of_their_own() -> None:
    made = infrastructure(
        [
            _thing("cloudformation", "AWS::EC2::VPC", "Net", path="t.yml"),
            _thing("cloudformation", "AWS::EC2::Subnet", "Sub", 3, "t.yml", Properties={"VpcId": {"Ref": "Net"}}),
            _thing("compose", "service", "web", path="compose.yml", depends_on={"db": {"condition": "healthy"}}),
            _thing("compose", "service", "db", 9, "compose.yml"),
            _thing("kubernetes", "Deployment", "shop", path="k/d.yml"),
            _thing("kubernetes", "Ingress", "door", path="k/i.yml", spec={"service": {"name": "shop"}}),
            _thing("docker", "stage", "build", path="Dockerfile"),
        ]
    )
    assert [[one.name for one in cluster.members] for cluster in made.clusters] == [
        ["web", "db"],
        ["shop", "door"],
        ["Net", "Sub"],
    ]
    assert made.services["aws ec2"] == 2
    assert made.total == 6, "an image's stage is no infrastructure"


def test_rings_and_references_to_oneself_end() -> None:
    made = infrastructure(
        [
            _thing("terraform", "aws_security_group", "a", 1, x="aws_security_group.b.id aws_security_group.a.id"),
            _thing("terraform", "aws_security_group", "b", 2, x="aws_security_group.a.id"),
        ]
    )
    assert made.clusters[0].links == ((0, 1), (1, 0))
    assert made.services == {"aws security group": 2}


def test_nothing_declared() -> None:
    assert infrastructure([]).total == 0


def test_of_variants_with_one_name_the_nearest_is_meant() -> None:
    """Environments are folders in which everything has the same name."""
    made = infrastructure(
        [
            _thing("kubernetes", kind, name, path=f"{folder}/{kind.lower()}.yml", uses=uses)
            for folder in ("envs/prod", "envs/test")
            for kind, name, uses in (
                ("ConfigMap", "settings", []),
                ("Deployment", "web", [{"configMapRef": {"name": "settings"}}]),
            )
        ]
    )
    assert [[one.location.path for one in cluster.members] for cluster in made.clusters] == [
        ["envs/prod/configmap.yml", "envs/prod/deployment.yml"],
        ["envs/test/configmap.yml", "envs/test/deployment.yml"],
    ]


def test_what_only_puts_together_is_no_resource() -> None:
    made = infrastructure(
        [
            _thing("kubernetes", "Kustomization", "", path="k/kustomization.yaml"),
            _thing("kubernetes", "Service", "web", path="k/service.yaml"),
            _thing("cdk", "iam.Role", "role", 3, "stack.ts"),
            _thing("cdk", "call", "addToPolicy", 4, "stack.ts", on="role"),
            _thing("cdk", "stack-class", "Stack", 1, "stack.ts"),
        ]
    )
    assert made.services == {"iam role": 1, "kubernetes Service": 1}
