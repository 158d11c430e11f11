"""AWS Amplify Hosting: `amplify.yml`, which builds what is pushed to a connected branch and hosts its artefacts.

https://docs.aws.amazon.com/amplify/latest/userguide/build-settings.html (one application, or several below
`applications`, each with its `appRoot`)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, scalar_text
from evidence_check.readers._source import Unreadable
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "amplify"
GIVES = _pipeline.GIVES

_NAME = expression(r"amplify\.ya?ml")
_PARTS = ("backend", "frontend", "test")
"""In the order in which they run; what they made is hosted after them."""
_PHASES = ("preBuild", "preTest", "build", "test", "postBuild", "postTest")


def wants(source: Source) -> bool:
    """By the name that Amplify looks for."""
    return _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterable[Fact]:
    """A job for each application, with its phases; hosting what it makes is a step."""
    documents = source.yaml
    root = documents[0] if documents else None
    if root is None:
        return []
    if not isinstance(root, Map):
        raise Unreadable("no build specification: a mapping is expected")
    if "applications" in root:
        several = list(maps(root["applications"]))
        return [
            fact for number, (app, line) in enumerate(several, 1) for fact in _application(source, app, line, number)
        ]
    return _application(source, root, 1, 0)


def _application(source: Source, app: Map, line: int, number: int) -> list[Fact]:
    """The whole build runs in one shell, from the application's folder."""
    folder = scalar_text(app.get("appRoot")).strip("/")
    unit = _pipeline.job_unit(source, folder or (f"application {number}" if number else "build"))
    body = Body(source, unit, SYSTEM, "/".join(filter(None, (source.folder, folder))))
    for name in _PARTS:
        phases = mapping(mapping(app.get(name)).get("phases"))
        items = [mapping(phases.get(phase)) for phase in _PHASES]
        body.session(
            [found for one in items for found in _pipeline.scripts(one.get("commands"), one.line_of("commands"))]
        )
    frontend = mapping(app.get("frontend"))
    if "artifacts" in frontend:
        body.step("artifacts", frontend.line_of("artifacts"), frontend["artifacts"])
    return [Job(source.at(line), unit, SYSTEM, source.path), *body.facts] if body.facts else []
