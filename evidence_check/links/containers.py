"""Images and services: what a pipeline builds, and what it starts of that."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evidence_check.expressions import expression
from evidence_check.links.index import Index, text
from evidence_check.model import Command, Resource, Step, Unit, UnitKind
from evidence_check.readers._docker_cli import Build, build_of, compose_of, run_of

BUILDING_STEPS = frozenset({
    "docker/build-push-action", "docker/build-and-push-action", "mr-smithers-excellent/docker-build-push",
    "redhat-actions/buildah-build", "aquasecurity/docker-build", "whoan/docker-build-with-cache-action",
})  # fmt: skip
_VALUE = expression(r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\w+")
_VALUES = 3
"""Variables in the path of a Dockerfile that are followed."""
_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_STARTING = frozenset({"up", "start", "run", "create", "restart"})


@dataclass(frozen=True, slots=True)
class Image:
    """An own image: a stage of a Dockerfile."""

    part: str
    path: str
    stage: str


@dataclass(frozen=True, slots=True)
class Called:
    """A unit that a call runs, with what the call hands to it."""

    unit: Unit
    inside: str = ""
    words: tuple[str, ...] = ()
    """An image's entry point with the words that the call gives to it, where it gives any."""
    arguments: tuple[str, ...] = ()
    """Words behind a script."""
    directory: str = ""
    """Where a script is called."""
    inputs: tuple[Mapping[str, str], ...] = ()
    """What an action, a template or a called pipeline is handed: one mapping for each caller."""


@dataclass
class Images:
    """Own images by the tag that they are built under, and the file that builds them."""

    by_tag: dict[tuple[str, str], list[tuple[str, Image]]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    """`docker tag a b`: b is a."""

    def find(self, part: str, tag: str, path: str) -> Image | None:
        """The image of a tag, that built in the same file first. Without an exact one the tag's version is left out."""
        wanted = _plain(tag)
        for _ in range(5):
            for name in (wanted, _nameless(wanted)):
                found = self.by_tag.get((part, name))
                if found:
                    return next((image for origin, image in found if origin == path), found[-1][1])
            alias = self.aliases.get((part, wanted))
            if alias is None:
                return None
            wanted = alias
        return None


def _plain(tag: str) -> str:
    """A tag with one spelling of its variables."""
    tag = re.sub(r"\$\{(\w+)\}", r"$\1", tag)
    return re.sub(r"\$\{\{\s*+(.*?)\s*\}\}", r"${{\1}}", tag).removesuffix(":latest").removeprefix("docker.io/")


def _nameless(tag: str) -> str:
    """The tag without its version, marked so that it only meets others of its kind."""
    name, _, version = tag.rpartition(":")
    return f"{name or version}:*" if "/" not in version else f"{tag}:*"


def images(index: Index) -> Images:
    """Every image that commands, actions and Compose files of the case build."""
    made = Images()
    for unit, actions in index.actions.items():
        for action in actions:
            if isinstance(action, Step):
                build = build_of_step(action)
            else:
                build = build_of(action.words)
                if action.words[:2] == ("docker", "tag") and len(action.words) == 4:
                    made.aliases.setdefault((unit.part, _plain(action.words[3])), _plain(action.words[2]))
            if build is not None and build.tags:
                image = image_of(index, unit.part, build, (action.directory, unit.path.rpartition("/")[0]))
                if image is not None:
                    for tag in build.tags:
                        _add(made, unit.part, tag, unit.path, image)
    for (part, path), services in index.services.items():
        folder = path.rpartition("/")[0].rpartition("/")[2]
        for name, service in services.items():
            image = image_of_service(index, service)
            if image is not None:
                names = (text(service.attributes.get("image")), f"{folder}_{name}", f"{folder}-{name}")
                for tag in names if folder else names[:1]:
                    if tag:
                        _add(made, part, tag, path, image)
    return made


def _add(made: Images, part: str, tag: str, origin: str, image: Image) -> None:
    plain = _plain(tag)
    made.by_tag[part, plain].append((origin, image))
    made.by_tag[part, _nameless(plain)].append((origin, image))


def build_of_step(step: Step) -> Build | None:
    """What an action builds, else None."""
    if step.uses not in BUILDING_STEPS:
        return None
    inputs = step.inputs
    context = text(inputs.get("context") or inputs.get("path") or inputs.get("directory")) or "."
    file = text(inputs.get("file") or inputs.get("dockerfile") or inputs.get("containerfiles"))
    tags = [tag.strip() for tag in re.split(r"[\n,]", text(inputs.get("tags") or inputs.get("image"))) if tag.strip()]
    return Build(tuple(tags), text(inputs.get("target")), file, context, text(inputs.get("push")).lower() == "true")


def image_of(index: Index, part: str, build: Build, bases: Sequence[str]) -> Image | None:
    """The stage that a build makes: the one asked for, else the last."""
    context = "" if build.context in {".", "-"} or "://" in build.context or "$" in build.context else build.context
    wanted = build.file
    path = ""
    if wanted and wanted != "-":
        path = index.find(part, wanted, [*bases, *(posixpath.join(base, context) for base in bases)])
    else:
        for name in ("Dockerfile", "Containerfile", "dockerfile"):
            path = path or index.find(part, posixpath.join(context, name), bases, default=not context)
    if not path and not wanted:
        only = [one for owner, one in index.stages if owner == part]
        path = only[0] if len(only) == 1 else ""
    return _image(index, part, path, build.target)


def _built(index: Index, part: str, build: Build, bases: Sequence[str]) -> list[Called]:
    """What a build runs; where a variable names the folder, that of each own Dockerfile in one that it can mean."""
    image = image_of(index, part, build, bases)
    if image is not None:
        return build_units(index, image)
    place = build.file if "$" in build.file else posixpath.join(build.context, build.file or "Dockerfile")
    known = _VALUE.split(posixpath.normpath(place))
    if not 2 <= len(known) <= _VALUES + 1:
        return []
    meant = ".+".join(map(re.escape, known))
    paths = [path for owner, path in index.stages if owner == part and re.fullmatch(meant, path)]
    return [
        called
        for path in paths
        if (one := _image(index, part, path, build.target))
        for called in build_units(index, one)
    ]


def _image(index: Index, part: str, path: str, target: str) -> Image | None:
    stages = index.stages.get((part, path), {})
    if not stages:
        return None
    lowered = {name.lower(): name for name in stages}
    return Image(part, path, lowered.get(target.lower(), list(stages)[-1]) if target else list(stages)[-1])


def image_of_service(index: Index, service: Resource) -> Image | None:
    """The image that a Compose service builds, else None."""
    build = service.attributes.get("build")
    if not isinstance(build, Mapping):
        return None
    return _image(index, service.location.part, text(build.get("path")), text(build.get("target")))


def build_units(index: Index, image: Image) -> list[Called]:
    """What the build of an image runs: the stages it stands on and copies from, then its own."""
    stages = index.stages.get((image.part, image.path), {})
    order: list[str] = []

    def visit(name: str, depth: int) -> None:
        stage = stages.get(name)
        if stage is None or name in order or depth > 30:
            return
        copied: Any = stage.attributes.get("copies_from") or []
        for base in (text(stage.attributes.get("base_stage")), *(text(one) for one in copied)):
            if base != name:
                visit(base, depth + 1)
        order.append(name)

    visit(image.stage, 0)
    return [Called(Unit(UnitKind.IMAGE_BUILD, image.path, name, image.part), "container") for name in order]


def copied_folders(index: Index, unit: Unit) -> list[str]:
    """The folders that the stage of an image copies from: what runs inside may stand there."""
    if unit.kind not in (UnitKind.IMAGE_BUILD, UnitKind.IMAGE_START):
        return []
    stages = index.stages.get((unit.part, unit.path), {})
    found: list[str] = []
    name, seen = unit.name, set[str]()
    while name in stages and name not in seen:
        seen.add(name)
        copies: Any = stages[name].attributes.get("copies") or []
        for word in map(text, copies):
            path = word.strip("/").removeprefix("./").rstrip("/")
            folder = posixpath.dirname(path) if re.search(r"[.*?\[][^/]*$", path) else path
            if folder and "$" not in folder and "://" not in folder:
                found += [posixpath.join(unit.path.rpartition("/")[0], folder), folder]
        name = text(stages[name].attributes.get("base_stage"))
    return list(dict.fromkeys(found))


def start_units(index: Index, image: Image, arguments: tuple[str, ...] = ()) -> list[Called]:
    """What a container of an image starts with. Arguments alone replace a `CMD`, so that nothing of its own is left."""
    stage = index.stages.get((image.part, image.path), {}).get(image.stage)
    if stage is None:
        return []
    entrypoint: Any = stage.attributes.get("entrypoint")
    if arguments and not entrypoint:
        return []
    words = (*(text(word) for word in entrypoint), *arguments) if arguments and len(entrypoint) else ()
    return [Called(Unit(UnitKind.IMAGE_START, image.path, image.stage, image.part), "container", words)]


def called_by_command(index: Index, known: Images, command: Command, bases: Sequence[str]) -> list[Called]:
    """The units that a container command runs; empty where it is none, or of somebody else's images."""
    part, words = command.unit.part, command.words
    build = build_of(words) or _other_build(words)
    if build is not None:
        return _built(index, part, build, bases)
    if compose_of(words) is not None:
        return _compose(index, part, words, bases)
    start = run_of(words)
    if start is None or start.existing or start.entrypoint:
        return []
    image = known.find(part, start.image, command.unit.path)
    if image is None and "$" in start.image:
        only = [path for owner, path in index.stages if owner == part]
        image = _image(index, part, only[0], "") if len(only) == 1 else None
    return start_units(index, image, start.arguments) if image else []


def called_by_step(index: Index, step: Step, bases: Sequence[str]) -> list[Called]:
    """The units that an action which builds or starts images runs; empty where it is none."""
    build = build_of_step(step)
    if build is not None:
        return _built(index, step.unit.part, build, bases)
    if step.uses.endswith("/compose-action"):
        files = text(step.inputs.get("compose-file") or step.inputs.get("composeFile")).split()
        options = [word for file in files for word in ("-f", file)]
        words = ("docker-compose", *options, "up", *text(step.inputs.get("services")).split())
        return _compose(index, step.unit.part, words, bases)
    return []


def _other_build(words: tuple[str, ...]) -> Build | None:
    """Builds by other programs than docker: kaniko, Azure, Google and Heroku."""
    program = words[0].rpartition("/")[2]
    if program == "executor" or words[:3] == ("az", "acr", "build"):
        return build_of(("docker", "build", *_renamed(words[1 if program == "executor" else 3 :])))
    if words[:3] == ("gcloud", "builds", "submit") and any(word.startswith("--tag") or word == "-t" for word in words):
        return build_of(("docker", "build", *words[3:]))
    if words[:2] == ("heroku", "container:push"):
        return Build()
    return None


def _renamed(words: tuple[str, ...]) -> list[str]:
    """Kaniko's and Azure's options in docker's spelling."""
    names = {"--dockerfile": "--file", "--destination": "--tag", "--image": "--tag"}
    found = []
    for word in words:
        name, equals, value = word.partition("=")
        found.append(names.get(name, name) + equals + value)
    return found


def _compose(index: Index, part: str, words: tuple[str, ...], bases: Sequence[str]) -> list[Called]:
    compose = compose_of(words)
    if compose is None or compose.action not in _STARTING | {"build"}:
        return []
    if compose.directory:
        bases = [*(posixpath.join(base, compose.directory) for base in bases), *bases]
    paths = [index.find(part, name, bases) for name in compose.files]
    if not compose.files:
        first = next((one for name in _COMPOSE_FILES if (one := index.find(part, name, bases, default=True))), "")
        beside = [first.rpartition("/")[0]]
        override = next((one for name in _OVERRIDES if (one := index.find(part, name, beside, default=True))), "")
        paths = [first, override]
    services: dict[str, list[Resource]] = defaultdict(list)
    for path in paths:
        for name, service in index.services.get((part, path), {}).items():
            services[name].append(service)
    start = run_of(words)
    found: list[Called] = []
    for name in _wanted(services, compose.services):
        overridden = start is not None and name == start.image and bool(start.arguments or start.entrypoint)
        found += _service(index, services[name], compose.action, overridden)
    return found


def _wanted(services: Mapping[str, list[Resource]], asked: Sequence[str]) -> list[str]:
    """The services asked for and those that they depend on, all of them where none is asked for."""
    order: list[str] = []

    def visit(name: str, depth: int) -> None:
        if name not in services or name in order or depth > 20:
            return
        for service in services[name]:
            needs: Any = service.attributes.get("depends_on") or ()
            for need in list(needs) if isinstance(needs, (list, Mapping)) else ():
                visit(text(need), depth + 1)
        if name not in order:
            order.append(name)

    for name in asked or list(services):
        visit(name, 0)
    return order


def _service(index: Index, layers: Sequence[Resource], action: str, overridden: bool) -> list[Called]:
    """Build and start of a service; the last file that speaks of its build, entry point or command wins."""
    image = next((one for layer in reversed(layers) if (one := image_of_service(index, layer))), None)
    built = build_units(index, image) if image else []
    if action == "build" or overridden:
        return built
    command: Any = next((one for layer in reversed(layers) if (one := layer.attributes.get("command"))), None)
    own_entry = any(layer.attributes.get("entrypoint") for layer in layers)
    stage = index.stages[image.part, image.path][image.stage] if image else None
    if image is not None and not own_entry and (command is None or (stage and stage.attributes.get("entrypoint"))):
        words = tuple(text(word) for word in command) if isinstance(command, list) else tuple(text(command).split())
        return [*built, *start_units(index, image, words)]
    units = [Unit(UnitKind.SERVICE, layer.location.path, layer.name, layer.location.part) for layer in layers]
    return [*built, *(Called(unit, "container") for unit in reversed(units) if unit in index.actions)][: len(built) + 1]
