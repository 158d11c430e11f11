"""Database migrations, one resource each, told by the naming of their tool and by a word that its files have.

Alembic, Django, Rails, Entity Framework, Flyway, Liquibase, Knex, Sequelize, TypeORM, Prisma and others; SQL only where
the name is that of a tool. A scaffold without a migration (Alembic's `env.py`, an empty `__init__.py`) is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from evidence_check.expressions import expression
from evidence_check.model import Resource

if TYPE_CHECKING:
    from evidence_check.readers._source import Source

SYSTEM = "migrations"
GIVES = frozenset({Resource.kind})

_SIZE = 2 * 1024 * 1024
_HEAD = 40_000
"""Characters in which the tool's word stands."""


class _Kind(NamedTuple):
    system: str
    path: re.Pattern[str]
    word: re.Pattern[str] | None = None


def _kind(system: str, path: str, word: str = "") -> _Kind:
    pattern = expression(rf"(?:.*/)?{path}", re.IGNORECASE)
    return _Kind(system, pattern, expression(word, re.MULTILINE) if word else None)


_JAVASCRIPT = (
    _kind("typeorm", r"[^/]*migrat[^/]*/(?:.*/)?[^/]+", r"\bMigrationInterface\b"),
    _kind("mikro-orm", r"Migration\d{14}\w*\.[jt]s", r"extends Migration\b"),
    _kind("sequelize", r"migrations?/[^/]+", r"\bqueryInterface\b"),
    _kind("knex", r"migrations?/[^/]+", r"\b[kK]nex\b"),
    _kind("knex", r"migrations?/\d{14}_[^/]+", r"^exports\.up\b|^export (?:async )?(?:function|const) up\b"),
    _kind("node-pg-migrate", r"migrations?/\d+_[^/]+", r"\bpgm\b"),
    _kind("migrate-mongo", r"migrations?/\d{14}-[^/]+", r"\basync up\(db\b"),
    _kind("db-migrate", r"migrations?/\d{8,14}-[^/]+", r"exports\.up\b|\basync up\b"),
)
_XML_OR_TREE = (
    _kind(
        "liquibase", r"[^/]*(?:change|liquibase|migrat|db/).*", r"<changeSet\b|^[ \t]*+-\s*changeSet:|\"changeSet\"\s*:"
    ),
)
_JVM = (_kind("flyway", r"[VR]\d?[\d._]*__\w+\.(?:java|kt)", r"\bJavaMigration\b|\bBaseJavaMigration\b"),)
_KINDS = {
    "py": (
        _kind("alembic", r"(?:\w*versions?\w*|migrations?|alembic)/(?:.*/)?[^/]+", r"^down_revision\b"),
        _kind("django", r"migrations/\d{4}_\w+\.py", r"\bmigrations\.Migration\b"),
        _kind("aerich", r"migrations/\w+/\d+_\d{8,14}_\w+\.py", r"\bupgrade\("),
        _kind("yoyo", r"migrations/[^/]+", r"^steps\s*=|^step\("),
        _kind("peewee", r"migrations/\d+_\w+\.py", r"^def migrate\(migrator\b"),
    ),
    "rb": (
        _kind("rails", r"db/(?:\w*/)?migrate/\d{8,14}_\w+\.rb", r"\bActiveRecord::Migration\b"),
        _kind(
            "sequel",
            r"[^/]*migrat[^/]*/\d+_\w+\.rb",
            r"^\s*(?:Sequel\.migration|Hanami::Model\.migration|ROM::SQL\.migration)\b",
        ),
    ),
    "cs": (
        _kind("ef-core", r"\d{14}_[^/]+(?<!\.designer)\.cs", r":\s*Migration\b"),
        _kind("fluentmigrator", r".*migrat.*", r"\[Migration\(\s*\d"),
    ),
    "java": _JVM,
    "kt": _JVM,
    "go": (_kind("goose", r"\d+_[^/]+", r"\bgoose\.AddMigration"),),
    "sql": (
        _kind("flyway", r"(?:V\d[\d._]*|R)__[^/]+"),
        _kind("liquibase", r"[^/]+", r"^--\s?liquibase formatted sql"),
        _kind("goose", r"\d+_[^/]+", r"^--\s*\+goose Up"),
        _kind("dbmate", r"\d+_[^/]+", r"^--\s*migrate:up"),
        _kind("sql-migrate", r"[^/]+", r"^--\s*\+migrate Up"),
        _kind("golang-migrate", r"\d+_[^/]+\.up\.sql"),
        _kind("migratus", r"migrations/\d{14}-[^/]+\.up\.sql"),
        _kind("sqitch", r"deploy/[^/]+\.sql", r"^-- Deploy \S+ to \w+"),
        _kind("prisma", r"migrations/\d{8,14}_[^/]*/migration\.sql"),
        _kind("diesel", r"migrations/[\d-]{8,20}_[^/]+/up\.sql"),
        _kind("supabase", r"supabase/migrations/\d{14}_[^/]+"),
        _kind("drizzle", r"drizzle/(?:\w+/)?\d{4}_\w+\.sql"),
        _kind("sqlx", r"migrations/\d{14}_[^/]+(?<!\.down)\.sql"),
        _kind("play-evolutions", r"conf/evolutions/\w+/\d+\.sql", r"!Ups\b"),
    ),
    "php": (
        _kind("doctrine", r"Version\d{8,14}\w*\.php", r"\bextends AbstractMigration\b"),
        _kind(
            "yii",  # but for the two that its template comes with
            r"[^/]*migrations[^/]*/m(?!130524_201442_init|190124_110200_)\d{6}_\d{6}_\w+\.php",
            r"\bextends \\?(?:\w+\\){0,8}\w*Migration\b",
        ),
        _kind("laravel", r"migrations/\d{4}_\d{2}_\d{2}_\d{6}_\w+\.php", r"\bextends Migration\b"),
        _kind("codeigniter", r"migrations/\d{4}-\d{2}-\d{2}-\d{6}_\w+\.php", r"\bextends Migration\b"),
        _kind("codeigniter", r"migrations/\d{3,14}_\w+\.php", r"\bextends CI_Migration\b"),
        _kind("phinx", r"migrations/\d{14}_\w+\.php", r"\bextends \w*Migration\b"),
    ),
    "rs": (
        _kind("sea-orm", r"m\d{8}_\d{6}_\w+\.rs", r"\bMigrationTrait\b"),
        _kind("refinery", r"migrations/V\d+__\w+\.rs", r"\bpub fn migration\("),
    ),
    "exs": (_kind("ecto", r"migrations/\d{14}_\w+\.exs", r"\buse Ecto\.Migration\b"),),
    "xml": _XML_OR_TREE,
    "yml": _XML_OR_TREE,
    "yaml": _XML_OR_TREE,
    "json": _XML_OR_TREE,
    **dict.fromkeys(("js", "ts", "cjs", "mjs"), _JAVASCRIPT),
}
"""By suffix; the first that fits. The tools' own documentation says the names and words."""


def wants(source: Source) -> bool:
    """Files outside of tests whose path and content are those of a migration."""
    return not source.is_test and source.file.size <= _SIZE and _system(source) != ""


def read(source: Source) -> Iterable[Resource]:
    """The migration."""
    name = source.folder.rpartition("/")[2] if source.name in ("migration.sql", "up.sql") else source.name
    yield Resource(source.at(1), _system(source), "migration", name.rpartition(".")[0] or name)


def _system(source: Source) -> str:
    for kind in _KINDS.get(source.name.rpartition(".")[2].lower(), ()):
        if kind.path.fullmatch(source.path) and (kind.word is None or kind.word.search(source.text[:_HEAD])):
            return kind.system
    return ""
