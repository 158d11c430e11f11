"""PowerShell Desired State Configuration."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Resource
from evidence_check.readers import dsc
from tests.support import read_with, source


def test_configuration() -> None:
    facts = read_with(
        dsc,
        "dsc/web.ps1",
        """
        Configuration WebServer {
            Import-DscResource -ModuleName PsDesiredStateConfiguration
            Node 'localhost' {
                WindowsFeature IIS {
                    Ensure = 'Present'
                    Name   = 'Web-Server'
                }
                # File Hidden {
                File Site
                {
                    DestinationPath = 'C:\\inetpub'
                }
            }
        }
        """,
    )
    assert [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)] == [
        ("WindowsFeature", "IIS", 4, 7),
        ("File", "Site", 9, 12),
    ]
    assert isinstance(facts[0], Resource)
    assert (facts[0].system, facts[0].attributes) == ("dsc", {"Ensure": "Present", "Name": "Web-Server"})


def test_other_scripts_are_not_wanted() -> None:
    assert not dsc.wants(source("a.ps1", "# the configuration\nfunction Get-Thing {\n}\n"))
    assert not dsc.wants(source("a.txt", "Configuration X {\n}\n"))


@given(
    st.lists(
        st.sampled_from(["Configuration A {\n", "File x {\n", "}\n", "a = 'b'\n", "{\n", "Node y\n", "#"]), max_size=20
    ).map("".join)
    | st.text(max_size=100)
)
def test_any_text(text: str) -> None:
    facts = list(dsc.read(source("a.ps1", text.encode("utf-8", "replace"))))
    assert all(fact.location.line >= 1 for fact in facts)
