from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.submission.authors import Identity, is_bot, is_machine, merge


def people(*identities: Identity) -> int:
    authors, index = merge(dict.fromkeys(identities, 1))
    assert set(index) == set(identities)
    return len(authors)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ada Lovelace", "ada@work.example"), ("ada", "ada@work.example")),
        (("Ada Lovelace", "Ada@Work.example"), ("A. Lovelace", "ada@work.example")),
        (("Ada Lovelace", "ada@work.example"), ("Ada Lovelace", "ada@home.example")),
        (("Dávid Lantos", "d@work.example"), ("David Lantos", "d@home.example")),
        (("Lovelace, Ada", "a@x.example"), ("ada lovelace", "b@y.example")),
        (("Ada Lovelace", "ada@work.example"), ("alovelace", "me@home.example")),
        (("Benjamin-Stone_ACME", "b.s@acme.example"), ("BenjaminS04", "126+BenjaminS04@users.noreply.github.com")),
        (("Pat Morris", "pm141@mail.example"), ("pm141", "649+pm141088@users.noreply.github.com")),
        (("Pat Morris", "pm141088@mail.example"), ("patty", "649+pm141088@users.noreply.github.com")),
        (("JoeWFisher", "joe@x.example"), ("JoeFisherW", "jfw@y.example")),
        (("Rohit Gupta", "r.g@x.example"), ("rohitguptaangular", "me@y.example")),
        (("Ronald Dela Cruz", "ron@x.example"), ("rcdelacruz", "me@y.example")),
        (("R", "ronaldo.delacruz@x.example"), ("Ron", "rdelacruz@y.example")),
        (("rcdelacruz", "ron@x.example"), ("Ronald DC", "rcdelacruz@y.example")),
        (("Ryan Forsyth", "ryan@x.example"), ("rforsyth2", "me@y.example")),
        (("Kim Lee", "1+kimlee@users.noreply.github.com"), ("lucky", "1+kimlee@users.noreply.github.com")),
        (("kimlee", "kimlee@users.noreply.github.com"), ("Kim", "99+kimlee@users.noreply.github.com")),
        (("Kumar Thangavel", "kumar.thangavel@gov.example"), ("kth13", "kumar.thangavel@mail.example")),
    ],
)
def test_one_person_under_two_identities(one: Identity, other: Identity) -> None:
    assert people(one, other) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ada Lovelace", "ada@x.example"), ("Bob Stone", "bob@x.example")),
        (("Michael Page", "michael@x.example"), ("Michael Stone", "michael@y.example")),
        (("Ada Lovelace", ""), ("Bob Stone", "")),
        (("Ada Lovelace", "root@localhost"), ("Bob Stone", "root@localhost")),
        (("Ann Lee", "developer@x.example"), ("Bob Stone", "developer@y.example")),
        (("Sam", "sam@x.example"), ("Sam", "sam@y.example")),
        (("John Smithson", "john@x.example"), ("John Smith", "js@y.example")),
        (("Anna Berg", "anna@x.example"), ("Hannah Bergman", "hannah@y.example")),
    ],
)
def test_two_people(one: Identity, other: Identity) -> None:
    assert people(one, other) == 2


def test_a_login_that_could_be_two_people_joins_neither() -> None:
    assert (
        people(("John Smith", "john@x.example"), ("Jane Smith", "jane@x.example"), ("jsmith", "js@home.example")) == 3
    )


def test_the_fullest_name_is_shown_and_commits_are_added_up() -> None:
    authors, _ = merge(
        {("ada", "ada@x.example"): 5, ("Ada Lovelace", "ada@x.example"): 2, ("Bob Stone", "b@x.example"): 3}
    )
    assert [(author.name, author.commits) for author in authors] == [("Ada Lovelace", 7), ("Bob Stone", 3)]


@pytest.mark.parametrize(
    "identity",
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("Mend Renovate", "bot@renovateapp.com"),
        ("GitHub Action", "action@github.com"), ("github-actions", "github-actions@github.com"),
        ("semantic-release-bot", "semantic-release-bot@martynus.net"),
        ("Copilot", "198982749+Copilot@users.noreply.github.com"),
        ("copilot-swe-agent[bot]", "x@y.example"), ("Travis CI", "builds@travis-ci.com"),
        ("snyk-bot", "snyk-bot@snyk.io"),
        ("Claude", "noreply@anthropic.com"), ("Cursor", "cursoragent@cursor.com"),
        ("jenkins", "jenkins@build.example"), ("Azure Pipelines", "a@b.example"),
        ("semgrep.dev on behalf of @ada", "support@r2c.dev"), ("ci", "ci@shop.example"), ("argocd", "x@y.example"),
    ],
)  # fmt: skip
def test_bots(identity: Identity) -> None:
    assert is_bot(identity)


@pytest.mark.parametrize(
    "identity",
    [
        ("Abbot Smith", "abbot@x.example"), ("Travis Jones", "travis.jones@x.example"),
        ("Claude Monet", "claude@x.example"), ("Ada Cursor", "ada@cursor.com"),
        ("Robot Fan", "robo@x.example"), ("Ci Zhang", "ci.zhang@x.example"), ("Jenkins Okafor", "j.okafor@x.example"),
        ("Ada", "ada+ci@x.example"), ("ubuntu", "ubuntu@ip-10-0-0-1"),
    ],
)  # fmt: skip
def test_people_whose_names_sound_like_bots(identity: Identity) -> None:
    assert not is_bot(identity)


def test_machine_accounts_name_nobody() -> None:
    assert is_machine(("Ubuntu", "ubuntu@ip-10-0-0-1.internal"))
    assert is_machine(("ec2-user", "x"))
    assert not is_machine(("Ada", "root@laptop"))


@given(
    st.dictionaries(st.tuples(st.text(max_size=20), st.text(max_size=30)), st.integers(1, 9), max_size=8),
)
def test_any_identities_are_grouped_without_loss(identities: dict[Identity, int]) -> None:
    authors, index = merge(identities)
    assert set(index) == set(identities)
    assert sum(author.commits for author in authors) == sum(identities.values())
    assert merge(dict(reversed(identities.items()))) == (authors, index)
