from __future__ import annotations

from typing import Any

from evidence_check.links.variables import with_variables
from evidence_check.model import Resource
from tests.support import facts_of

DATABASE = """\
variable "encrypted" {
  type    = bool
  default = false
}
variable "retention" { type = number }

resource "aws_db_instance" "main" {
  storage_encrypted       = var.encrypted
  backup_retention_period = var.retention
  engine_version          = "${var.major}.4"
}
"""
CALL = """\
variable "retention" { default = 1 }

module "database" {
  source    = "./modules/database"
  encrypted = true
  retention = var.retention
}
"""


def attributes(files: dict[str, str], type_: str = "aws_db_instance") -> dict[str, Any]:
    (found,) = (
        dict(fact.attributes)
        for fact in with_variables(facts_of(files)[0])
        if isinstance(fact, Resource) and fact.type == type_
    )
    return found


def test_a_default_is_what_a_variable_stands_for() -> None:
    found = attributes({"main.tf": DATABASE})
    assert found["storage_encrypted"] is False
    assert found["backup_retention_period"] == "var.retention", "nothing tells its value"


def test_callers_hand_values_to_modules_and_tfvars_to_root_modules() -> None:
    files = {"main.tf": CALL, "modules/database/main.tf": DATABASE, "environments/dev.tfvars": "retention = 3\n"}
    found = attributes(files)
    assert found["storage_encrypted"] is True
    assert found["backup_retention_period"] == 3


def test_production_speaks_before_other_environments() -> None:
    files = {"main.tf": DATABASE, "dev.tfvars": "encrypted = false\n", "prod.tfvars": "encrypted = true\n"}
    assert attributes(files)["storage_encrypted"] is True


def test_lists_and_nested_blocks() -> None:
    text = """\
variable "ssh" { default = ["10.0.0.0/8"] }
resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    cidr_blocks = var.ssh
  }
}
"""
    found = attributes({"main.tf": text, "terraform.tfvars": 'ssh = ["0.0.0.0/0"]\n'}, "aws_security_group")
    assert found["ingress"][0]["cidr_blocks"] == ["0.0.0.0/0"]
    assert found["ingress"].line == 3


def test_a_text_that_only_holds_a_variable_stays() -> None:
    assert attributes({"main.tf": DATABASE})["engine_version"] == "${var.major}.4"


def test_modules_that_call_one_another_end() -> None:
    loop = 'variable "x" {}\nmodule "m" {\n  source = "../{}"\n  x = var.x\n}\n'
    files = {
        "a/main.tf": loop.replace("{}", "b", 1).replace("../b", "../b"),
        "b/main.tf": loop.replace("../{}", "../a") + 'resource "aws_instance" "i" {\n  ami = var.x\n}\n',
    }
    assert attributes(files, "aws_instance")["ami"] == "var.x"
