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
        (
            "console/migrations/m260409_155325_create_user_table.php",
            "class m260409_155325_create_user_table extends Migration\n",
            "yii",
            "m260409_155325_create_user_table",
        ),
        ("migrations/m260409_155325_a.php", "class A extends \\yii\\db\\Migration {", "yii", "m260409_155325_a"),
        ("app/Database/Migrations/2024-01-01-000000_A.php", "extends Migration", "codeigniter", "2024-01-01-000000_A"),
        ("application/migrations/001_a.php", "class A extends CI_Migration {", "codeigniter", "001_a"),
        ("config/Migrations/20240101120000_A.php", "class A extends BaseMigration", "phinx", "20240101120000_A"),
        ("db/migrations/20240101120000_a.rb", "Sequel.migration do\n", "sequel", "20240101120000_a"),
        ("migrations/20240101120000-a.js", "  async up(db, client) {\n", "migrate-mongo", "20240101120000-a"),
        ("migrations/001_a.py", "def migrate(migrator, database, fake=False):\n", "peewee", "001_a"),
        (
            "migration/src/m20240101_000001_a.rs",
            "impl MigrationTrait for Migration {\n",
            "sea-orm",
            "m20240101_000001_a",
        ),
        ("src/migrations/V1__a.rs", "pub fn migration() -> String {\n", "refinery", "V1__a"),
        ("deploy/users.sql", "-- Deploy shop:users to pg\n", "sqitch", "users"),
        ("resources/migrations/20240101120000-a.up.sql", "CREATE", "migratus", "20240101120000-a.up"),
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
        ("console/migrations/m130524_201442_init.php", "class m130524_201442_init extends Migration\n"),
        ("migrations/m260409_155325_a.php", "class A extends Command\n"),
        ("deploy/users.sql", "-- Deploy this by hand\n"),
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
