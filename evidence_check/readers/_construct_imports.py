"""Which names of a program stand for the constructs and resources of CDK, CDKTF, cdk8s and Pulumi."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from evidence_check.expressions import expression


@dataclass(frozen=True, slots=True)
class Names:
    """The system that a program is written for, and what its names stand for."""

    system: str
    known: Mapping[str, str]
    """Name in the program to the normalised one: `s3` to `s3`, `Bucket` to `s3.Bucket`, `aws` to `aws`."""


_SYSTEMS = (
    (
        "cdktf",
        expression(r"cdktf|@cdktf/|com\.hashicorp\.cdktf|HashiCorp\.Cdktf|github\.com/hashicorp/terraform-cdk-go"),
    ),
    ("cdk8s", expression(r"cdk8s|org\.cdk8s|github\.com/cdk8s-team/")),
    ("pulumi", expression(r"@pulumi/|pulumi(?:_|\b)|com\.pulumi|Pulumi\b|github\.com/pulumi/")),
    (
        "cdk",
        expression(
            r"aws-cdk-lib|@aws-cdk/|aws_cdk|monocdk|@aws-solutions-constructs|software\.amazon\.awscdk|Amazon\.CDK"
            r"|github\.com/aws/aws-cdk-go|constructs$|software\.constructs|Constructs$|github\.com/aws/constructs-go"
        ),
    ),
)
_JS_IMPORT = expression(
    r"\bimport\s+(?:type\s+)?(?:(?P<default>\w{1,60})\s*,?\s*)?(?:\*\s+as\s+(?P<star>\w{1,60})\s*)?"
    r"(?:\{(?P<names>[^}]{0,3000})\}\s*)?from\s*[\"'](?P<module>[^\"'\n]{1,200})[\"']"
    r"|\b(?:const|let|var)\s+(?:(?P<required>\w{1,60})|\{(?P<picked>[^}]{0,3000})\})\s*=\s*"
    r"require\(\s*[\"'](?P<from>[^\"'\n]{1,200})[\"']"
)
_PYTHON_IMPORT = expression(
    r"^[ \t]*(?:from[ \t]+(?P<package>[\w.]{1,200})[ \t]+import[ \t]*"
    r"(?:\((?P<block>[^)]{0,4000})\)|(?P<names>[^\n(]{1,1000}))"
    r"|import[ \t]+(?P<module>[\w.]{1,200})(?:[ \t]+as[ \t]+(?P<alias>\w{1,60}))?)",
    re.MULTILINE,
)
_JAVA_IMPORT = expression(r"^[ \t]*import[ \t]+([\w.]{1,200})\.(\w{1,80})[ \t]*;", re.MULTILINE)
_NET_ALIAS = expression(r"^[ \t]*using[ \t]+(?:(\w{1,60})[ \t]*=[ \t]*)?([\w.]{1,200})[ \t]*;", re.MULTILINE)
_GO_IMPORT = expression(r"^[ \t]*(?:import[ \t]+)?(?:(\w{1,60})[ \t]+)?\"([\w./~-]{1,300})\"", re.MULTILINE)
_AS = expression(r"([\w$]{1,80})(?:\s*(?:\bas\b|:)\s*([\w$]{1,80}))?")

COMMON: Mapping[str, str] = {
    name: f"{module}.{name}"
    for module, names in {
        "s3": "Bucket BucketPolicy",
        "ec2": "Vpc SecurityGroup Instance Volume LaunchTemplate BastionHostLinux",
        "lambda": "Function DockerImageFunction LayerVersion Alias",
        "dynamodb": "Table TableV2",
        "sqs": "Queue",
        "sns": "Topic Subscription",
        "rds": "DatabaseInstance DatabaseCluster ServerlessCluster",
        "ecs": "Cluster FargateService FargateTaskDefinition Ec2Service Ec2TaskDefinition TaskDefinition",
        "ecr": "Repository",
        "eks": "KubernetesManifest HelmChart Nodegroup",
        "apigateway": "RestApi LambdaRestApi HttpApi",
        "cloudfront": "Distribution CloudFrontWebDistribution",
        "cloudwatch": "Alarm CompositeAlarm Dashboard Metric",
        "logs": "LogGroup MetricFilter",
        "iam": "Role Policy ManagedPolicy User Group PolicyStatement PolicyDocument",
        "kms": "Key",
        "secretsmanager": "Secret",
        "events": "Rule",
        "elasticloadbalancingv2": "ApplicationLoadBalancer NetworkLoadBalancer ApplicationTargetGroup",
        "autoscaling": "AutoScalingGroup",
        "route53": "HostedZone ARecord",
        "certificatemanager": "Certificate",
        "cognito": "UserPool UserPoolClient",
        "stepfunctions": "StateMachine",
        "backup": "BackupPlan BackupVault",
        "wafv2": "CfnWebACL",
        "codepipeline": "Pipeline",
        "codebuild": "Project PipelineProject",
    }.items()
    for name in names.split()
}
"""Modules of common classes, for languages that import whole namespaces."""


def names_of(code: str, language: str, modules: list[str]) -> Names | None:
    """What a program's names stand for, given its imported modules; None where it uses none of these systems."""
    finder = {
        "javascript": _of_javascript,
        "typescript": _of_javascript,
        "python": _of_python,
        "java": _of_java,
        "kotlin": _of_java,
        "csharp": _of_net,
        "go": _of_go,
    }.get(language)
    for system, pattern in _SYSTEMS if finder else ():
        if finder and any(pattern.match(module) for module in modules):
            return Names(system, finder(code))
    return None


def _is_theirs(module: str) -> bool:
    generated = ".gen/" in module or module.startswith("imports.")
    return generated or any(pattern.match(module) for _, pattern in _SYSTEMS)


_ROOTS = frozenset({"aws-cdk-lib", "aws_cdk", "monocdk", "core", "constructs", "cdktf", "cdk8s"})


def _module(module: str) -> str:
    """The short name of a module: `aws-cdk-lib/aws-s3` is `s3`, `@pulumi/aws` is `aws`, `aws_cdk` is nothing."""
    pulumi = re.match(r"@?pulumi[/_](.{1,100})", module)
    if pulumi:
        return pulumi[1].replace("/", ".").replace("-", "_")
    module = re.sub(r"^@cdktf/provider-|^cdktf_cdktf_provider_|^\.{0,2}/?\.gen/providers/|^imports\.", "", module)
    last = re.split(r"[/.]", module)[-1]
    return "" if last in _ROOTS or last == "pulumi" else re.sub(r"^aws[-_]", "", last).replace("-", "_")


def _joined(module: str, name: str) -> str:
    """The normalised name of something imported from a module."""
    if not module:
        return re.sub(r"^aws_(?=\w)", "", name)
    return f"{module}.{name}"


def _of_javascript(code: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for match in _JS_IMPORT.finditer(code):
        source = match["module"] or match["from"]
        if not _is_theirs(source):
            continue
        module = _module(source)
        for name in (match["default"], match["star"], match["required"]):
            if name:
                known[name] = module
        for item in _AS.finditer(match["names"] or match["picked"] or ""):
            known[item[2] or item[1]] = _joined(module if "provider-" not in source else "", item[1])
    return known


def _of_python(code: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for match in _PYTHON_IMPORT.finditer(code):
        if match["module"] and _is_theirs(match["module"]):
            known[match["alias"] or match["module"]] = _module(match["module"])
        elif match["package"] and _is_theirs(match["package"]):
            module = _module(match["package"]) if "provider" not in match["package"] else ""
            for item in _AS.finditer(match["block"] or match["names"] or ""):
                known[item[2] or item[1]] = _joined(module, item[1])
    return known


def _of_java(code: str) -> dict[str, str]:
    known = dict(COMMON)
    for match in _JAVA_IMPORT.finditer(code):
        if _is_theirs(match[1]):
            package = match[1].rpartition(".")[2]
            known[match[2]] = (
                match[2] if package in ("awscdk", "constructs", "cdktf", "pulumi") else f"{package}.{match[2]}"
            )
    return known


def _of_net(code: str) -> dict[str, str]:
    known = dict(COMMON)
    for match in _NET_ALIAS.finditer(code):
        if match[1] and _is_theirs(match[2]):
            known[match[1]] = re.sub(r"^(?:Amazon\.CDK\.AWS|Amazon\.CDK|Pulumi)\.?", "", match[2]).lower()
    return known


def _of_go(code: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for match in _GO_IMPORT.finditer(code):
        path = match[2]
        if _is_theirs(path):
            last = re.sub(r"/v\d{1,2}$", "", path).rpartition("/")[2]
            provider = re.search(r"pulumi-([\w-]{1,40})/sdk(?:/v\d{1,2})?/go/\w+/", path)
            short = re.sub(r"^aws(?:cdk$)?", "", last)
            known[match[1] or last] = f"{provider[1].replace('-', '_')}.{last}" if provider else short
    return known
