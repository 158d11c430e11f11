"""Who wrote a history: identities that belong to one person merged, bots and nameless machine accounts told apart.

Two identities are one person where they share an e-mail address, a full name, or a GitHub login (its no-reply
addresses are `ID+LOGIN@users.noreply.github.com`), where the login or address of one is formed from the full name of
exactly one other person (`bscanlon`, `BenjaminS04` for Benjamin Scanlon), or where the two names of one are among the
three or more of exactly one other person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from evidence_check.expressions import expression
from evidence_check.model import Author

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

Identity = tuple[str, str]
"""Name and e-mail address as git has them."""

LONGEST = 200
"""Characters of a name or address that are compared with others' in part; nobody's are more."""
_NOREPLY = expression(
    r"(?:\d{1,12}\+)?([\w.\[\]-]{1,100})@users\.noreply\.(?:github|gitlab|gitea)\.\w{2,10}", re.IGNORECASE
)
_PROGRAMS = (
    "dependabot renovate greenkeeper snyk imgbot pyup mergify codecov sonarcloud deepsource restyled allcontributors "
    "semantic-release release-please pre-commit-ci github-actions? github-classroom actions-user gitlab-ci travis-ci "
    "circle-?ci jenkins azure-pipelines? azure-devops argo-?cd flux(?:cd)? weaveworks terraform-cloud atlantis "
    "ci cd ci/cd automation automated builder buildkite bamboo teamcity codebuild copilot cursor cursoragent "
    "chatgpt codex devin-ai-integration google-labs-jules web-flow gitbook netlify vercel whitesource scala-steward "
    "ci-?user build-?user deploy-?user sync"
)
_BOT = expression(
    rf"\[bot\]|(?:^|[\s_-])bot$|on behalf of @|"
    rf"^(?:{'|'.join(word.replace('-', '[ _-]?') for word in _PROGRAMS.split())})"
    rf"(?:[\s_-](?:bot|app|ci|user|agent|service|actions?|runner|renovate|bolt|code|swe[ _-]agent))?$",
    re.IGNORECASE,
)
_BOT_ADDRESS = expression(
    r"\[bot\]@|^(?:action|actions|noreply|bot)@github\.com$|@dependabot\.com$|"
    r"^(?:noreply|cursoragent|codex|agent|amp|aider|junie)@"
    r"(?:anthropic|cursor|openai|ampcode|jetbrains|aider|opencode|warp)\.(?:com|chat|ai|dev)$|"
    r"^(?:\d{1,12}\+)?(?:copilot|dependabot\S{0,20}|github-actions\S{0,20})@users\.noreply\.github\.com$|"
    r"^(?:ci|bot|jenkins|gitlab|travis|renovate|builds?)@|^(?:git|support)@(?:stackblitz|r2c|snyk|greenkeeper)\.\w{2,4}$",
    re.IGNORECASE,
)
_MACHINE = frozenset(
    "ubuntu root ec2-user ec2 vagrant centos debian azureuser admin administrator runner user unknown jenkins pi "
    "opc cloudshell cloud9 codespace gitpod student your-name devops".split()
)
_SHARED = frozenset("noreply no-reply contact developer github postmaster support office hello info".split())
_NOBODY = ("@example.com", "@localhost", "@localhost.localdomain")
_LETTERS = expression(r"[^\W\d_]+")
_WORDS = expression(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=50_000)
def is_bot(identity: Identity) -> bool:
    """Whether an identity is a program's: a dependency bot, a pipeline, a coding agent."""
    name, email = identity
    return bool(_BOT.search(name.strip()) or _BOT_ADDRESS.search(email.strip()))


def is_machine(identity: Identity) -> bool:
    """Whether an identity is the default account of a computer, so that it names nobody."""
    name = identity[0].strip().lower().replace(" ", "-")
    return name in _MACHINE or bool(re.fullmatch(r"(?:ec2|default|system|local)-(?:\w{1,20}-)?user", name))


def merge(identities: Mapping[Identity, int]) -> tuple[tuple[Author, ...], dict[Identity, int]]:
    """The authors behind identities (with their numbers of commits), most commits first, and each identity's author."""
    groups = _Groups(sorted(identities))
    people = {identity: None for identity in groups.parent if not is_bot(identity) and not is_machine(identity)}
    logins = {login for identity in people if (login := _login(identity))}
    logins |= {name.lower() for name, _ in people if len(name) > 7 and " " not in name}
    seen: dict[str, Identity] = {}
    for identity in groups.parent:
        labels = _labels(identity, logins)
        for label in labels if identity in people else labels[:1]:
            groups.join(seen.setdefault(label, identity), identity)
    _join_formed(people, groups)
    _join_shortened(people, groups)
    members: dict[Identity, list[Identity]] = defaultdict(list)
    for identity in groups.parent:
        members[groups.find(identity)].append(identity)
    ranked = sorted(
        ((sum(identities[i] for i in group), group) for group in members.values()), key=lambda item: (-item[0], item[1])
    )
    authors = []
    index: dict[Identity, int] = {}
    for number, (commits, group) in enumerate(ranked):
        names = Counter[str]()
        for identity in group:
            names[identity[0]] += identities[identity]
        name = min(names, key=lambda text: (" " not in text.strip(), -names[text], text))
        emails = tuple(sorted({email for _, email in group if email}))
        authors.append(Author(name, emails, all(is_bot(identity) for identity in group), commits))
        index.update(dict.fromkeys(group, number))
    return tuple(authors), index


class _Groups:
    """Disjoint sets of identities."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self.parent = {identity: identity for identity in identities}

    def find(self, identity: Identity) -> Identity:
        while self.parent[identity] != identity:
            self.parent[identity] = self.parent[self.parent[identity]]
            identity = self.parent[identity]
        return identity

    def join(self, one: Identity, other: Identity) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self.parent[second] = first


def _plain(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def _labels(identity: Identity, logins: AbstractSet[str]) -> list[str]:
    """What another identity of the same person may have in common with this one; the first is the address.

    `logins` are the known ones: an address `michael@...` names somebody only where such a login is among them.
    """
    name, email = identity[0].strip(), identity[1].strip().lower()
    words = [_plain(word) for word in _words(name)]
    labels = [f"address {email if '@' in email and not email.endswith(_NOBODY) else f'{name} {email}'}"]
    if len(words) > 1:
        labels.append("name " + " ".join(sorted(words)))
    local = _login(identity) or email.partition("@")[0]
    if local in logins or not local.isalpha():
        labels.append(f"login {local}")
    if " " not in name:
        labels.append(f"login {name.lower()}")
    return [label for label in labels if len(label) > len("login ") + 4 and label.removeprefix("login ") not in _SHARED]


def _words(name: str) -> list[str]:
    """The words of a name; those of a login by its capital letters."""
    words: list[str] = (_LETTERS if " " in name.strip() else _WORDS).findall(name)
    return words


def _login(identity: Identity) -> str:
    match = _NOREPLY.fullmatch(identity[1].strip().lower())
    return match[1] if match else ""


def _join_formed(people: Iterable[Identity], groups: _Groups) -> None:
    """Join identities whose login or address is formed from the name of exactly one other person."""
    handles = {identity: _handles(identity) for identity in people}
    asked = {form for found in handles.values() for _, forms in found for form in forms if len(form) > 4}
    named: dict[str, set[Identity]] = defaultdict(set)
    whole: dict[str, set[Identity]] = defaultdict(set)
    for identity in people:
        for words in _full_names(identity):
            for family in {*words[1:], "".join(words[1:])}:
                if len(words[0]) > 1 and len(family) > 2:
                    for form in asked & _forms(words[0], family):
                        named[form].add(identity)
                    whole[words[0] + family].add(identity)
    for identity, found in handles.items():
        for letters, forms in found:
            meant = set[Identity]().union(*(named[form] for form in forms if form in named))
            for length in range(8, len(letters)):
                meant |= whole.get(letters[:length], set())
            others = {groups.find(other) for other in meant} - {groups.find(identity)}
            if len(others) == 1:
                groups.join(others.pop(), identity)


def _join_shortened(people: Iterable[Identity], groups: _Groups) -> None:
    """Join identities of two names that are both among the three or more of exactly one other person."""
    words = {identity: frozenset(_plain(word) for word in _words(identity[0][:LONGEST])) for identity in people}
    longer: dict[frozenset[str], set[Identity]] = defaultdict(set)
    for identity, names in words.items():
        if 2 < len(names) <= 6:
            for pair in combinations(sorted(name for name in names if len(name) > 2), 2):
                longer[frozenset(pair)].add(identity)
    for identity, names in words.items():
        whole = {groups.find(other) for other in longer.get(names, ())} - {groups.find(identity)}
        if len(whole) == 1:
            groups.join(whole.pop(), identity)


def _full_names(identity: Identity) -> list[list[str]]:
    """The words of a name, and those of an address like `ada.lovelace@...`."""
    name, local = identity[0][:LONGEST], identity[1].partition("@")[0].lower()[:LONGEST]
    names = [[_plain(word) for word in _words(name)], re.findall(r"[a-z]+", local) if "." in local else []]
    return [words for words in names if len(words) > 1]


def _handles(identity: Identity) -> list[tuple[str, set[str]]]:
    """The letters of a login and of an address, with what they may be formed as from somebody's name: all of them, a
    part, without a middle initial, or with an appendix."""
    name, local = identity[0], _login(identity) or identity[1].partition("@")[0]
    found = []
    for handle in sorted({name if " " not in name.strip() else "", local}):
        pieces = _LETTERS.findall(_plain(handle[:LONGEST]))
        letters = "".join(pieces)
        forms = {letters, *pieces}
        if len(letters) > 6:
            forms |= {letters[0] + letters[2:], letters[:-1]}
        found.append((letters, forms))
    return found


def _forms(given: str, family: str) -> set[str]:
    forms = {given[:length] + family for length in range(1, len(given) + 1)}
    forms.update([given + family[:length] for length in range(1, len(family) + 1)])
    return forms | {family + given, family + given[0]}
