"""The words of a shell command: what wraps the real program is taken off, and what it hands to another shell is found.

The forms are those of the tools' own manuals (sudo(8), env(1), timeout(1), docker-run(1), `npx`, `poetry run` ...).
"""

from __future__ import annotations

from dataclasses import dataclass

from evidence_check.expressions import expression
from evidence_check.readers import _docker_cli, _remote_shells

_ASSIGNMENT = expression(r"[A-Za-z_]\w*\+?=")
_PYTHON = expression(r"(?:python|pypy)(?:[23](?:\.\d{1,2})?)?(?:\.exe)?|py(?:\.exe)?")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash", "ksh"})

_PLAIN = frozenset(
    "sudo doas env time nohup exec command builtin nice ionice stdbuf unbuffer setsid travis_retry retry timeout "
    "xvfb-run caffeinate gosu su-exec chroot tini dumb-init catchsegv strace cross-env cross-env-shell travis_wait "
    "travis_time_start npx bunx uvx dotenv newrelic-admin ddtrace-run opentelemetry-instrument chronic flock "
    "winpty wait-for-it wait-for-it.sh wait-for wait-for.sh dockerize xargs parallel watch call".split()
)
"""Programs whose own first operands or options are followed by the real command."""
_WITH_OPERAND = frozenset({"timeout", "gosu", "su-exec", "chroot", "flock"})
"""Those that take one operand of their own first (a duration, a user, a folder)."""
_WITH_VALUE = {
    "sudo": "-u --user -g --group -h --host -p --prompt -C -D --chdir -R -T -r -t",
    "doas": "-u -C",
    "env": "-u --unset -C --chdir -S",
    "nice": "-n",
    "ionice": "-c -n -p",
    "stdbuf": "-i -o -e",
    "timeout": "-s --signal -k --kill-after",
    "xvfb-run": "-n --server-num -s --server-args -e --error-file -f -p",
    "xargs": "-I -i -n -P -L -d -a -E -s --max-args --max-procs --replace --delimiter",
    "parallel": "-j --jobs -N --delay",
    "watch": "-n --interval",
    "npx": "-p --package",
    "uvx": "--from --with --python",
    "dotenv": "-e -f -c",
    "time": "-f -o",
    "strace": "-e -o",
    "flock": "-w --timeout",
    "dockerize": "-wait -timeout -template",
    "exec": "-a",
}
_VALUES = {program: frozenset(options.split()) for program, options in _WITH_VALUE.items()}

_RUNNERS = {
    ("poetry", "run"), ("pipenv", "run"), ("pdm", "run"), ("uv", "run"), ("hatch", "run"), ("rye", "run"),
    ("pixi", "run"), ("conda", "run"), ("mamba", "run"), ("micromamba", "run"), ("pipx", "run"), ("bundle", "exec"),
    ("pnpm", "exec"), ("pnpm", "dlx"), ("yarn", "exec"), ("yarn", "dlx"), ("npm", "exec"), ("npm", "x"), ("bun", "x"),
    ("rbenv", "exec"), ("asdf", "exec"), ("mise", "exec"), ("mise", "x"), ("doppler", "run"), ("op", "run"),
    ("infisical", "run"), ("chamber", "exec"), ("aws-vault", "exec"), ("direnv", "exec"), ("nvm", "exec"),
    ("composer", "exec"), ("uv", "tool"), ("lerna", "exec"),
}  # fmt: skip
"""Program and sub-command, then options, then the real command."""
_RUNNER_VALUES = frozenset(
    "-n --name -p --prefix --package --with --with-requirements --extra --group --python --from -C --directory -e "
    "--env-file --env -c --call --project --config --only-group --spec --pip-args".split()
)
_RUNNER_OPERAND = frozenset({"chamber", "aws-vault", "direnv", "nvm"})

_TOOL_FOLDER = expression(
    r"(?:/|~/|\$\{?HOME\}?/).*|(?:.*/)?\.local/bin/[^/]*|(?:.*/)?(?:\.?venv|\.?env|node_modules|vendor)/(?:.*/)?[^/]*|\$.*/bin/[^/]*"
)
"""Where installed programs stand, as against the repository's own scripts."""
_BINSTUBS = frozenset({"rails", "rake", "rspec", "bundle", "rubocop", "phpunit", "behat", "console", "pants"})
_SCRIPT_SUFFIXES = (".sh", ".bash", ".py", ".js", ".mjs", ".ts", ".rb", ".pl", ".php", ".ps1", ".bat", ".cmd", ".jar")
_FETCHERS = frozenset({"npx", "bunx", "uvx", "dlx", "exec", "x"})
"""Those that may name a version behind the program: `npx eslint@8`."""
_WRAPPER_SCRIPTS = frozenset({"gradlew", "gradlew.bat", "mvnw", "mvnw.cmd", "sbtw", "grailsw", "artisan", "pants"})
_NODE_TOOLS = frozenset(
    "jest vitest mocha ava karma jasmine cypress playwright wdio testcafe nightwatch codeceptjs cucumber-js nyc "
    "c8 newman eslint stylelint prettier tslint biome oxlint markdownlint markdownlint-cli2 commitlint cspell tsc "
    "vue-tsc knip xo vite webpack rollup esbuild tsup parcel next nuxt gatsby astro ng nx turbo lerna nest expo "
    "react-scripts craco swc vue-cli-service gulp grunt babel start-server-and-test concurrently serverless sls "
    "cdk wrangler vercel netlify firebase gh-pages surge semantic-release release-it changeset knex prisma "
    "typeorm sequelize audit-ci pa11y pa11y-ci lhci lighthouse artillery ts-node tsx storybook depcheck dotenv "
    "cross-env run-s run-p npm-run-all".split()
)
"""Programs of packages, which `yarn` and `pnpm` run by their names where no script is called so."""
_NODE_CHECKS = frozenset({"jest", "vitest", "mocha", "ava", "eslint", "tsc"})
"""Those of which a script by the same name does the same."""
_LIMIT = 12
"""How many wrappers around one command are taken off."""


@dataclass(frozen=True, slots=True)
class Nested:
    """What a command hands on to run: a shell text, or the words of one command."""

    script: str = ""
    words: tuple[str, ...] = ()
    inside: str = ""


def unwrap(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with wrappers and assignments taken off and the program normalised; empty where nothing is left.

    `python3 -m pytest` is `pytest`, `docker compose up` is `docker-compose up`, `docker buildx build` is `docker
    build`, `./manage.py test` is `python ./manage.py test`.
    """
    for _ in range(_LIMIT):
        shorter = _unwrap_once(words)
        if shorter == words:
            break
        words = shorter
    return words


def _unwrap_once(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and _ASSIGNMENT.match(words[0]):
        words = words[1:]
    if not words:
        return ()
    program = _program(words[0])
    words = (program, *words[1:])
    if program in _PLAIN:
        return _after_wrapper(program, words)
    if len(words) > 2 and (program, words[1]) in _RUNNERS:
        rest = words[3:] if (program, words[1]) == ("uv", "tool") else words[2:]
        rest = _skip_options(rest, _RUNNER_VALUES)
        if program in _RUNNER_OPERAND:
            rest = _skip_options(rest[1:], _RUNNER_VALUES)
        return (_without_version(rest) if words[1] in _FETCHERS else rest) or words
    if _PYTHON.fullmatch(program):
        return _python(words)
    return _normalise(words)


def _program(word: str) -> str:
    if "/" not in word and "\\" not in word:
        return word
    path = word if "/" in word else word.replace("\\", "/")
    folder, _, name = path.rpartition("/")
    if not name:
        return word
    if name in _WRAPPER_SCRIPTS or name.lower().endswith(".exe") or (name in _BINSTUBS and folder.endswith("bin")):
        return name.removesuffix(".exe")
    if _TOOL_FOLDER.fullmatch(path) and not name.endswith(_SCRIPT_SUFFIXES):
        return name
    return path


def _after_wrapper(program: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if program == "command" and words[1:2] in {("-v",), ("-V",)}:
        return words
    rest = _skip_options(words[1:], _VALUES.get(program, frozenset()))
    if program in _WITH_OPERAND and len(rest) > 1:
        rest = _skip_options(rest[1:], frozenset())
    elif program.startswith("wait-for") or program == "dockerize":
        rest = words[words.index("--") + 1 :] if "--" in words else rest
        return rest if rest and "--" in words else words
    elif program == "newrelic-admin" or (program in {"travis_wait", "retry"} and rest[:1] and rest[0].isdigit()):
        rest = rest[1:]
    elif program in _FETCHERS:
        rest = _without_version(rest)
    return rest or words


def _without_version(words: tuple[str, ...]) -> tuple[str, ...]:
    name, at, _ = words[0].rpartition("@") if words else ("", "", "")
    return (name, *words[1:]) if at and name else words


def _skip_options(words: tuple[str, ...], with_value: frozenset[str]) -> tuple[str, ...]:
    index = 0
    while index < len(words):
        word = words[index]
        if word == "--":
            index += 1
            break
        if word.startswith("-") and len(word) > 1:
            index += 2 if word in with_value else 1
        elif _ASSIGNMENT.match(word):
            index += 1
        else:
            break
    return words[index:]


def _python(words: tuple[str, ...]) -> tuple[str, ...]:
    index = 1
    while index < len(words):
        word = words[index]
        if word == "-m" and index + 1 < len(words):
            return words[index + 1 :]
        if word.startswith("-m") and len(word) > 2:
            return (word[2:], *words[index + 1 :])
        if word in {"-W", "-X"}:
            index += 2
        elif word.startswith("-") and word != "-c" and len(word) > 1:
            index += 1
        else:
            break
    return ("python", *words[index:])


def _normalise(words: tuple[str, ...]) -> tuple[str, ...]:
    program = words[0]
    if program == "pip3" or program.startswith("pip3."):
        return ("pip", *words[1:])
    if program in {"docker", "podman", "nerdctl"}:
        return _docker_cli.normalise(words)
    if program in {"yarn", "pnpm"}:
        rest = words[2:] if words[1:2] == ("run",) else words[1:]
        return rest if rest and rest[0] in (_NODE_TOOLS if len(rest) > 1 else _NODE_CHECKS) else words
    if program == "dotnet" and words[1:3] == ("tool", "run"):
        return words[3:] or words
    if program.endswith(".py") and not program.startswith("-"):
        return ("python", *words)
    if program == "php" and len(words) > 1 and "vendor/bin/" in words[1]:
        return words[1:]
    if program in _SHELLS:
        rest = _skip_options(words[1:], frozenset())
        return (_program(rest[0]), *rest[1:]) if rest and _program("./" + rest[0]) in _WRAPPER_SCRIPTS else words
    if program in {"coverage3", "pytest-3", "py.test"}:
        return ({"coverage3": "coverage"}.get(program, "pytest"), *words[1:])
    return words


def nested(words: tuple[str, ...], fed: str = "") -> list[Nested]:
    """What the unwrapped command hands on. `fed` is the text of its heredoc, empty without one."""
    program, rest = words[0], words[1:]
    if program in _SHELLS:
        return _shell_argument(rest, fed)
    if program == "eval":
        return [Nested(" ".join(rest))] if rest and not rest[0].startswith(("$", "`")) else []
    if program == "su":
        given = _remote_shells.after_option(rest, ("-c", "--command")) or ([fed] if fed else [])
        return [Nested(script) for script in given]
    remote = _remote_shells.scripts(words, fed)
    if remote:
        return [Nested(script, inside="remote") for script in remote]
    if program in {"docker", "podman", "nerdctl", "docker-compose", "podman-compose"}:
        return _container(words, fed)
    if program in {"kubectl", "oc", "k3s", "lxc", "multipass"}:
        return _cluster(words, fed)
    if program == "coverage" and rest[:1] == ("run",):
        return [Nested(words=unwrap(("python", *_skip_options_of_coverage(rest[1:]))))]
    if program in {"nyc", "c8"} and rest:
        return [Nested(words=_skip_options(rest, frozenset()))]
    if program in {"concurrently", "nix-shell"}:
        texts = [word for word in rest if not word.startswith("-") and (" " in word or ":" in word)]
        return [Nested(f"npm run {text[4:]}" if text.startswith("npm:") else text) for text in texts]
    if program == "find":
        return _find(rest)
    return []


def replaces(words: tuple[str, ...]) -> bool:
    """Whether the command itself is nothing but what it hands on (`bash -c "make test"`)."""
    return words[0] in _SHELLS or words[0] in {"su", "eval", "concurrently", "nix-shell"}


def _shell_argument(rest: tuple[str, ...], fed: str) -> list[Nested]:
    for index, word in enumerate(rest):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return [Nested(rest[index + 1])] if index + 1 < len(rest) else []
        if not word.startswith(("-", "+")) and rest[index - 1 : index] not in {("-o",), ("-O",), ("+o",)}:
            return []
    return [Nested(fed)] if fed else []


def _container(words: tuple[str, ...], fed: str) -> list[Nested]:
    run = _docker_cli.run_of(words)
    if run is None:
        return []
    inner = (*run.entrypoint, *run.arguments)
    if not inner:
        return []
    if fed and inner[0].rpartition("/")[2] in _SHELLS and "-c" not in inner:
        return [Nested(fed, inside="container")]
    return [Nested(words=inner, inside="container")]


def _cluster(words: tuple[str, ...], fed: str) -> list[Nested]:
    if "--" not in words or not {"exec", "run", "debug", "rsh"} & set(words[: words.index("--")]):
        return []
    inner = words[words.index("--") + 1 :]
    if fed and inner and inner[0].rpartition("/")[2] in _SHELLS and "-c" not in inner:
        return [Nested(fed, inside="container")]
    return [Nested(words=inner, inside="container")] if inner else []


def _skip_options_of_coverage(words: tuple[str, ...]) -> tuple[str, ...]:
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] not in {"-m", "--module"}:
        index += 1
    rest = words[index:]
    return ("-m", *rest[1:]) if rest[:1] == ("--module",) else rest


def _find(rest: tuple[str, ...]) -> list[Nested]:
    for option in ("-exec", "-execdir"):
        if option in rest:
            inner = rest[rest.index(option) + 1 :]
            end = next((i for i, word in enumerate(inner) if word in {";", "+"}), len(inner))
            return [Nested(words=inner[:end])] if inner[:end] else []
    return []
