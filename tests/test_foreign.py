"""Documents in other languages are told from English ones, however technical these are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.foreign import foreign_documents, language
from evidence_check.model import Document, Location


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Die Pipeline baut den Dienst und führt bei jeder Änderung die Tests aus, das Netz ist neu.", "German"),
        ("Le pipeline construit le service et les tests sont lancés pour chaque changement dans une image.", "French"),
        ("El servicio se construye en la nube y los cambios se prueban para el equipo.", "Spanish"),
        ("Mae'r biblinell yn adeiladu y gwasanaeth ac yn rhedeg y profion ar bob newid gan y tîm i gyd.", "Welsh"),
        (
            "خط الأنابيب يبني الخدمة ويختبرها عند كل تغيير والبنية التحتية مكتوبة ككود",
            "Arabic script, written from right to left",
        ),
        ("Конвейер собирает сервис и запускает тесты при каждом изменении кода и сети", "Cyrillic script"),
    ],
)  # fmt: skip
def test_other_languages(text: str, name: str) -> None:
    assert language(text) == name
    document = Document(Location("app", "a.md", 3), "markdown", lines=("", text))
    (gap,) = foreign_documents([document])
    assert gap.location == Location("app", "a.md")
    assert gap.reason.startswith(f"is not in English ({name})")
    assert not gap.hides


@pytest.mark.parametrize(
    "text",
    [
        "The pipeline builds the service and runs its tests on every change; the network is declared in Terraform.",
        "Terraform modules K7 S18 network database main.tf variables outputs staging production pipeline tests Docker",
        "naïve café façade résumé of the team and its users with a coffee on a table",
        "Zu kurz für uns",
        "",
    ],
)
def test_english_and_what_cannot_be_told(text: str) -> None:
    assert language(text) == ""


@given(st.text())
def test_any_text_is_looked_at(text: str) -> None:
    assert isinstance(language(text), str)
