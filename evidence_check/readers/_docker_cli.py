"""The command lines of docker, podman and docker compose, as far as it matters what they build and start.

Options as in https://docs.docker.com/reference/cli/docker/ (`container run`, `buildx build`) and `compose`.
"""

from __future__ import annotations

from dataclasses import dataclass

ENGINES = frozenset({"docker", "podman", "nerdctl"})
COMPOSES = frozenset({"docker-compose", "podman-compose"})

_GLOBAL_VALUES = frozenset("-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey".split())
_RUN_FLAGS = frozenset(
    "--detach --interactive --tty --rm --privileged --init --publish-all --read-only --no-healthcheck --sig-proxy "
    "--oom-kill-disable --disable-content-trust --quiet --help --no-deps --service-ports --use-aliases --build "
    "--quiet-pull --quiet-build --remove-orphans --no-TTY --no-tty".split()
)
_RUN_SHORT_FLAGS = frozenset("ditPqT")
_BUILD_FLAGS = frozenset(
    "--no-cache --pull --push --load --quiet -q --rm --force-rm --squash --compress --debug -D --check "
    "--disable-content-trust --with-dependencies --print --tls-verify --layers".split()
)
_COMPOSE_VALUES = frozenset(
    "-f --file -p --project-name --profile --env-file --project-directory --parallel --progress --ansi -H --host "
    "-c --context".split()
)
_COMPOSE_ACTION_VALUES = frozenset(
    "--scale -t --timeout --exit-code-from --attach --no-attach --pull --wait-timeout --build-arg --ssh -m --memory "
    "--env-file --progress".split()
)


@dataclass(frozen=True, slots=True)
class Build:
    """`docker build`."""

    tags: tuple[str, ...] = ()
    target: str = ""
    file: str = ""
    """As given to `-f`, empty for the context's own `Dockerfile`; `-` where it is fed."""
    context: str = "."
    push: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """`docker run`, `docker exec`, `docker-compose run|exec`: what is started with which words."""

    image: str = ""
    """Image, container or service."""
    entrypoint: tuple[str, ...] = ()
    """Empty where the image's own."""
    arguments: tuple[str, ...] = ()
    existing: bool = False
    """`exec`: in a container that runs already."""


@dataclass(frozen=True, slots=True)
class Compose:
    """`docker-compose`."""

    files: tuple[str, ...] = ()
    action: str = ""
    """`up`, `build`, `run`, `push` ..."""
    services: tuple[str, ...] = ()
    """Empty means all of them."""
    builds: bool = False
    directory: str = ""


def normalise(words: tuple[str, ...]) -> tuple[str, ...]:
    """One spelling: `docker compose` as `docker-compose`; `docker container run`, `docker image push`, `docker buildx
    build` without their middle word; options before the sub-command left out."""
    program = words[0]
    rest = _after_options(words[1:], _GLOBAL_VALUES)
    if not rest:
        return words
    if rest[0] == "compose":
        return (f"{program if program == 'podman' else 'docker'}-compose", *rest[1:])
    if rest[0] in {"container", "image", "buildx", "builder"} and len(rest) > 1:
        if rest[0] == "buildx" and rest[1] not in {"build", "b"}:
            return (program, *rest)
        return (program, "build" if rest[1] == "b" else rest[1], *rest[2:])
    return (program, *rest)


def build_of(words: tuple[str, ...]) -> Build | None:
    """What a normalised `docker build` builds, else None."""
    if len(words) < 2 or words[0] not in ENGINES | {"buildah"} or words[1] not in {"build", "bud"}:
        return None
    tags: list[str] = []
    target = file = context = ""
    push = False
    index = 2
    while index < len(words):
        name, value, step = _option(words, index, _BUILD_FLAGS, frozenset("qD"))
        index += step
        if name in {"-t", "--tag"}:
            tags.append(value)
        elif name in {"-f", "--file"}:
            file = value
        elif name == "--target":
            target = value
        elif name == "--push":
            push = value != "false"
        elif not name:
            context = context or value
    return Build(tuple(tags), target, file, context or ".", push)


def run_of(words: tuple[str, ...]) -> Start | None:
    """What a normalised `docker run|create|exec` or `docker-compose run|exec` starts, else None."""
    existing = False
    if words[0] in ENGINES and len(words) > 2 and words[1] in {"run", "create", "exec"}:
        existing = words[1] == "exec"
        index = 2
    elif words[0] in COMPOSES:
        rest = _after_options(words[1:], _COMPOSE_VALUES)
        if not rest or rest[0] not in {"run", "exec"}:
            return None
        existing = rest[0] == "exec"
        index = len(words) - len(rest) + 1
    else:
        return None
    entrypoint: tuple[str, ...] = ()
    while index < len(words):
        name, value, step = _option(words, index, _RUN_FLAGS, _RUN_SHORT_FLAGS)
        if not name:
            return Start(value, entrypoint, words[index + step :], existing)
        if name == "--entrypoint" and value:
            entrypoint = tuple(value.split())
        index += step
    return None


def compose_of(words: tuple[str, ...]) -> Compose | None:
    """What a normalised `docker-compose` does, else None."""
    if words[0] not in COMPOSES:
        return None
    files: list[str] = []
    directory = ""
    index = 1
    while index < len(words) and words[index].startswith("-"):
        name, equals, value = words[index].partition("=")
        if not equals and name in _COMPOSE_VALUES and index + 1 < len(words):
            value, index = words[index + 1], index + 1
        if name in {"-f", "--file"}:
            files.append(value)
        elif name == "--project-directory":
            directory = value
        index += 1
    if index >= len(words):
        return None
    action, rest = words[index], words[index + 1 :]
    start = run_of(words)
    if start is not None:
        return Compose(tuple(files), action, (start.image,), "--build" in rest, directory)
    services = []
    position = 0
    while position < len(rest):
        if rest[position] in _COMPOSE_ACTION_VALUES:
            position += 1
        elif not rest[position].startswith("-"):
            services.append(rest[position])
        position += 1
    return Compose(tuple(files), action, tuple(services), action == "build" or "--build" in rest, directory)


def _after_options(words: tuple[str, ...], with_value: frozenset[str]) -> tuple[str, ...]:
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] in with_value else 1
    return words[index:]


def _option(
    words: tuple[str, ...], index: int, flags: frozenset[str], short_flags: frozenset[str]
) -> tuple[str, str, int]:
    """The option at `index` as name, value and the number of words it takes; the name is empty for an operand."""
    word = words[index]
    if not word.startswith("-") or word == "-":
        return "", word, 1
    following = words[index + 1] if index + 1 < len(words) else ""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if equals:
            return name, value, 1
        return (name, "", 1) if name in flags else (name, following, 2)
    for position, letter in enumerate(word[1:], 1):
        if letter not in short_flags:
            value = word[position + 1 :]
            return (f"-{letter}", value.removeprefix("="), 1) if value else (f"-{letter}", following, 2)
    return word, "", 1
