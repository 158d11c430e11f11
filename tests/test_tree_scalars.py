from evidence_check import tree


def test_plain_scalars_are_typed_and_quoted_ones_stay_text() -> None:
    (document,) = tree.parse_yaml("a: 1\nb: true\nc: \"1\"\nd: 'true'\ne: ~\nf: 0.5\non: push\ng: yes")
    assert document == {
        "a": 1,
        "b": True,
        "c": "1",
        "d": "true",
        "e": None,
        "f": 0.5,
        "on": "push",
        "g": "yes",
    }


def test_a_tagged_scalar_keeps_its_tag_and_stays_text() -> None:
    (document,) = tree.parse_yaml("a: !Ref 12")
    assert document["a"] == "!Ref 12"
