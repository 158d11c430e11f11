"""Google Cloud Build (https://cloud.google.com/build/docs/build-config-file-schema)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Fact, Job
from evidence_check.readers import _pipeline
from evidence_check.readers._pipeline import Body, mapping, maps, names, scalar_text
from evidence_check.readers._shell import joined
from evidence_check.tree import Map

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "cloudbuild"
GIVES = _pipeline.GIVES

_NAME = expression(r"(?:[\w.-]{1,80}[-_.])?cloudbuild(?:[-_.][\w.-]{1,80})?\.(?:ya?ml|json)", re.IGNORECASE)
_BUILDERS = {
    "docker": "docker", "gcloud": "gcloud", "kubectl": "kubectl", "mvn": "mvn", "gradle": "gradle", "npm": "npm",
    "yarn": "yarn", "go": "go", "git": "git", "gsutil": "gsutil", "bazel": "bazel", "dotnet": "dotnet", "curl": "curl",
    "terraform": "terraform", "helm": "helm", "packer": "packer", "kustomize": "kustomize", "skaffold": "skaffold",
    "gke-deploy": "gke-deploy", "executor": "/kaniko/executor", "firebase": "firebase", "cloud-sdk": "gcloud",
    "pack": "pack", "trivy": "trivy", "hadolint": "hadolint", "ansible": "ansible",
}  # fmt: skip
"""Program that a builder image starts, by the last part of its name."""
_PLAIN = frozenset("node python golang maven gradle ruby php rust composer alpine ubuntu debian busybox".split())
"""Images of languages and systems, which start the program that their first argument names."""


def wants(source: Source) -> bool:
    """By the usual names."""
    return _NAME.fullmatch(source.name) is not None


def read(source: Source) -> Iterable[Fact]:
    """One job with the steps in order; the images that the build pushes at its end as `docker push`."""
    root = source.yaml[0] if source.yaml else None
    if not isinstance(root, Map):
        return []
    unit = _pipeline.job_unit(source, "build")
    body = Body(source, unit, SYSTEM)
    images: list[str] = []
    for step, line in maps(root.get("steps")):
        images.append(scalar_text(step.get("name")))
        _step(body, step, line)
    for image in names(root.get("images")):
        body.run(f"docker push '{image}'", root.line_of("images"))
    artifacts = root.get("artifacts")
    if isinstance(artifacts, Map):
        body.step("artifacts", root.line_of("artifacts"), artifacts)
    available = mapping(root.get("availableSecrets"))
    secrets = {scalar_text(item.get("env")) for item, _ in maps(available.get("secretManager"))}
    secrets |= {name for step, _ in maps(root.get("steps")) for name in names(step.get("secretEnv"))}
    line = root.line_of("steps") or 1
    job = Job(source.at(line), unit, SYSTEM, source.path, secrets=tuple(sorted(secrets - {""})), images=tuple(images))
    return [job, *body.facts]


def _step(body: Body, step: Map, line: int) -> None:
    folder = joined("", scalar_text(step.get("dir")))
    forgiven = step.get("allowFailure") is True
    image = re.sub(r"[:@].*", "", scalar_text(step.get("name")))
    program = scalar_text(step.get("entrypoint")) or _BUILDERS.get(image.rpartition("/")[2], "")
    if step.get("script") is not None:
        body.run(step["script"], step.line_of("script"), directory=folder, hides_failure=forgiven)
        return
    words = names(step.get("args"))
    if not program and words and image.rpartition("/")[2] in _PLAIN and isinstance(step.get("args"), list):
        program, words = words[0], words[1:]
    if not program:
        body.step(image, line, step, name=step.get("id"), directory=folder, hides_failure=forgiven)
        return
    if len(words) == 1 and not isinstance(step.get("args"), list):
        words = tuple(words[0].split())
    text = " ".join([program, *(word if "$" in word and " " not in word else shlex.quote(word) for word in words)])
    body.run(text, step.line_of("args") if "args" in step else line, directory=folder, hides_failure=forgiven)
