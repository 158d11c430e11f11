"""The infrastructure as coded: what is declared, grouped by what refers to what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from evidence_check.expressions import expression
from evidence_check.model import Cluster, Declared, Infrastructure, Resource

if TYPE_CHECKING:
    import networkx

CLUSTERS = 8
MEMBERS = 40
"""Groups that are shown, and things of each."""
_FAN = 30
"""Things of one name that a reference can mean, and those that one local value joins."""
_WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Pod", "Job", "CronJob", "Rollout"}
_VALUES = 4000
"""Texts of one resource that are searched for references."""
_SYSTEMS = {
    "terraform", "cloudformation", "serverless", "bicep", "arm", "kubernetes", "compose", "pulumi", "cdk", "nomad",
    "deployment-manager",
}  # fmt: skip
_NO_THINGS = {"variable", "output", "local", "cloud", "required_version", "required_provider", "parameter", "moved",
              "import", "check", "terraform", "call"}  # fmt: skip
_NOT_SHOWN = {"Kustomization", "Component", "Config", "stack-class", "construct-class"}
"""What says how things are put together and is none itself: Kustomize, Skaffold, classes of the CDK."""
_DOTTED = expression(r"(?<![\w.-])(?:data\.)?[A-Za-z]\w{0,80}\.[A-Za-z_][\w-]{0,80}")
_LOGICAL = expression(r"[A-Za-z]\w{1,120}")
_VAGUE = {
    "security",
    "internet",
    "key",
    "launch",
    "nat",
    "network",
    "service",
    "route",
    "default",
    "customer",
    "placement",
}
"""Second words of types that say nothing without the third: `aws_security_group`."""
_AZURE = expression(r"^azure(?:rm|ad|devops)?_")

_Key = tuple[str, str, str]
"""Part, folder or file, and the name by which others refer to it."""


def infrastructure(resources: Iterable[Resource]) -> Infrastructure:
    """The things that the code declares, in groups of which each thing refers to another, however indirectly."""
    import networkx

    things = sorted(
        (one for one in resources if one.system in _SYSTEMS and one.type not in _NOT_SHOWN),
        key=lambda one: (one.location, one.type, one.name),
    )
    graph: networkx.DiGraph[int] = networkx.DiGraph()
    graph.add_nodes_from(range(len(things)))
    names: dict[_Key, list[int]] = defaultdict(list)
    for number, thing in enumerate(things):
        for name in _own_names(thing):
            names[*_scope(thing), name].append(number)
    for number, thing in enumerate(things):
        scope = _scope(thing)
        for name in _referred(thing):
            others = _nearest(thing, names.get((*scope, name), [])[:_FAN], things)
            graph.add_edges_from(
                (number, other) for other in others if other != number and _means(thing, things[other])
            )
    for number, thing in enumerate(things):
        if not _is_thing(thing):  # a local value or a data source joins what uses it to what it uses
            before, after = sorted(graph.predecessors(number))[:_FAN], sorted(graph.successors(number))[:_FAN]
            graph.remove_node(number)
            graph.add_edges_from((one, other) for one in before for other in after if one != other)
    shown = sorted(graph)
    groups = sorted(
        (sorted(group) for group in networkx.weakly_connected_components(graph)),
        key=lambda group: (-len(group), group),
    )
    joined = [group for group in groups if len(group) > 1]
    return Infrastructure(
        total=len(shown),
        services=_counts(_service(things[number]) for number in shown),
        clusters=tuple(_cluster(group, things, graph) for group in joined[:CLUSTERS]),
        alone=sum(len(group) == 1 for group in groups),
        left_out=sum(len(group) for group in joined[CLUSTERS:]),
    )


def _cluster(group: list[int], things: list[Resource], graph: networkx.DiGraph[int]) -> Cluster:
    kept = sorted(sorted(group, key=lambda number: (-graph.degree(number), number))[:MEMBERS])
    index = {number: place for place, number in enumerate(kept)}
    return Cluster(
        tuple(
            Declared(one.location, one.system, one.type, one.name, _service(one))
            for one in (things[number] for number in kept)
        ),
        tuple(
            (index[number], index[other])
            for number in kept
            for other in sorted(set(graph.successors(number)))
            if other in index
        ),
        len(group),
    )


def _nearest(thing: Resource, others: list[int], things: list[Resource]) -> list[int]:
    """Of several things with one name, as variants of a deployment have them, those whose files lie nearest."""
    if len(others) < 2 or thing.system != "kubernetes":
        return others
    shared = {number: _shared(thing.location.path, things[number].location.path) for number in others}
    return [number for number in others if shared[number] == max(shared.values())]


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common, and whether they have all of them."""
    ours, theirs = one.split("/")[:-1], other.split("/")[:-1]
    common = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))))
    return 2 * common + (ours == theirs)


def _means(one: Resource, other: Resource) -> bool:
    """Labels carry a Kubernetes thing's own name: of two with one name, the service means the workload."""
    if one.system != "kubernetes" or one.name != other.name:
        return True
    return one.type not in _WORKLOADS and other.type in _WORKLOADS


def _is_thing(resource: Resource) -> bool:
    return resource.type.partition(".")[0] not in _NO_THINGS | {"data", "provider", "backend"}


def _scope(resource: Resource) -> tuple[str, str]:
    """Within what a name means one thing: a Terraform module is a folder, a template is a file."""
    location = resource.location
    if resource.system == "terraform":
        return location.part, location.path.rpartition("/")[0]
    return (location.part, "kubernetes") if resource.system == "kubernetes" else (location.part, location.path)


def _own_names(resource: Resource) -> Iterator[str]:
    if resource.system == "terraform":
        if resource.type not in {"variable", "output"}:  # nearly everything refers to the variables
            yield f"{resource.type}.{resource.name}"
    elif resource.name:
        yield resource.name


def _referred(resource: Resource) -> set[str]:
    """The names that the attributes mention."""
    found: set[str] = set()
    for text in _texts(resource.attributes):
        if resource.system == "terraform":
            if "." in text:
                found.update(_DOTTED.findall(text))
        elif resource.system in {"kubernetes", "compose", "nomad"}:
            found.add(text)
        else:
            found.update(_LOGICAL.findall(text))
    return found


def _texts(value: Any) -> Iterator[str]:
    """The texts of nested values, to a limit; in a mapping such as `depends_on` the keys are texts, too."""
    waiting, seen = [value], 0
    while waiting and seen < _VALUES:
        one = waiting.pop()
        seen += 1
        if isinstance(one, str):
            yield one[:2000]
        elif isinstance(one, dict):
            for key, item in one.items():
                waiting.append(item)
                if isinstance(item, dict):
                    waiting.append(str(key))
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)


def _service(resource: Resource) -> str:
    """What a thing belongs to, as a person calls it."""
    type_ = resource.type
    if resource.system in {"kubernetes", "compose", "nomad"} or type_ == "module":
        return f"{resource.system} {type_}"
    if "::" in type_:
        return " ".join(type_.split("::")[:2]).lower()
    if "/" in type_:  # Microsoft.Web/sites
        return type_.partition("@")[0].removeprefix("Microsoft.").lower().replace("/", " ", 1).partition("/")[0]
    if _AZURE.match(type_):
        return "azure " + _AZURE.sub("", type_).replace("_", " ")
    words = type_.replace(":", "_").replace(".", "_").split("_")
    return " ".join(words[: 3 if words[1:2] and words[1] in _VAGUE else 2]).lower()


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
