"""Migrations by the naming and the words of their tools."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Resource
from evidence_check.readers import migrations
from tests.support import read_with, source

DJANGO = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = []\n"


@pytest.mark.parametrize(
    ("path", "content", "system", "name"),
    [
        ("migrations/versions/1a2b_add_user.py", '"""Add user"""\ndown_revision = None\n', "alembic", "1a2b_add_user"),
        ("shop/migrations/0001_initial.py", DJANGO, "django", "0001_initial"),
        ("db/migrate/20240101120000_x.rb", "class X < ActiveRecord::Migration[7.1]\n", "rails", "20240101120000_x"),
        (
            "src/Data/Migrations/20240101120000_Init.cs",
            "partial class Init : Migration\n",
            "ef-core",
            "20240101120000_Init",
        ),
        ("src/main/resources/db/migration/V1_2__users.sql", "CREATE TABLE u();", "flyway", "V1_2__users"),
        ("db/changelog/001.xml", "<databaseChangeLog><changeSet id='1'/>", "liquibase", "001"),
        ("db/changelog/001.yaml", "databaseChangeLog:\n  - changeSet:\n      id: 1\n", "liquibase", "001"),
        ("sql/a.sql", "--liquibase formatted sql\n", "liquibase", "a"),
        ("migrations/20240101_x.js", "exports.up = (knex) => knex.schema.createTable('x')", "knex", "20240101_x"),
        ("migrations/2024-x.js", "async up(queryInterface, Sequelize) {}", "sequelize", "2024-x"),
        ("src/migrations/1700-X.ts", "class X1 implements MigrationInterface {}", "typeorm", "1700-X"),
        ("prisma/migrations/20240101120000_init/migration.sql", "CREATE", "prisma", "20240101120000_init"),
        (
            "migrations/Version20240101120000.php",
            "class V extends AbstractMigration {",
            "doctrine",
            "Version20240101120000",
        ),
        ("database/migrations/2024_01_01_000000_a.php", "extends Migration {", "laravel", "2024_01_01_000000_a"),
        ("db/000001_init.up.sql", "CREATE", "golang-migrate", "000001_init.up"),
        ("db/00001_init.sql", "-- +goose Up\n", "goose", "00001_init"),
        ("db/migrations/20240101120000_a.sql", "-- migrate:up\n", "dbmate", "20240101120000_a"),
    ],
)
def test_each_tool(path: str, content: str, system: str, name: str) -> None:
    (fact,) = read_with(migrations, path, content)
    assert isinstance(fact, Resource)
    assert (fact.system, fact.type, fact.name) == (system, "migration", name)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("migrations/env.py", "from alembic import context\n"),
        ("shop/migrations/__init__.py", ""),
        ("shop/migrations/0001_initial.py", "x = 1\n"),
        ("db/init.sql", "CREATE TABLE x();"),
        ("db/01_schema.sql", "CREATE TABLE x();"),
        ("db/000001_init.down.sql", "DROP"),
        ("src/Data/Migrations/20240101120000_Init.Designer.cs", "partial class Init : Migration\n"),
        ("db/changelog/master.yaml", "databaseChangeLog:\n  - include: {file: 001.yaml}\n"),
        ("docs/migrations/howto.js", "console.log('up')"),
        ("scripts/migrate.py", "down_revision = 1\n"),
    ],
)
def test_look_alikes_are_none(path: str, content: str) -> None:
    assert not migrations.wants(source(path, content))


def test_migrations_of_tests_are_none() -> None:
    assert not migrations.wants(source("tests/app/migrations/0001_initial.py", DJANGO, Category.TEST))


@given(st.binary(max_size=100))
def test_any_bytes_give_a_resource_or_nothing(data: bytes) -> None:
    given_file = source("migrations/versions/a.py", data)
    if migrations.wants(given_file):
        assert len(list(migrations.read(given_file))) == 1
