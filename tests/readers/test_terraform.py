"""Terraform, OpenTofu and Terragrunt files."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, Command, Fact, Resource, TestFile, UnitKind
from evidence_check.readers import terraform
from evidence_check.readers._source import Unreadable
from tests.support import read, read_with, source


def resources(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.type, fact.name) for fact in facts if isinstance(fact, Resource)]


def commands(facts: list[Fact]) -> list[tuple[str, int]]:
    return [(" ".join(fact.words), fact.location.line) for fact in facts if isinstance(fact, Command)]


def test_kinds_of_blocks() -> None:
    facts = read_with(
        terraform,
        "infra/main.tf",
        """
        terraform {
          required_version = ">= 1.5"
          backend "s3" {
            bucket  = "state"
            encrypt = true
          }
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 5.0"
            }
            random = "3.1"
          }
        }
        provider "aws" {
          region = var.region
        }
        provider "aws" {
          alias = "eu"
        }
        data "aws_ami" "ubuntu" {}
        resource "aws_s3_bucket" "logs" {
          bucket = "logs"
        }
        module "vpc" {
          source = "./modules/vpc"
        }
        variable "region" {}
        output "id" {
          value = aws_s3_bucket.logs.id
        }
        locals {
          env  = "dev"
          tags = { a = 1 }
        }
        moved {
          from = a.b
          to   = a.c
        }
        """,
    )
    assert resources(facts) == [
        ("backend.s3", ""),
        ("required_provider", "aws"),
        ("required_provider", "random"),
        ("required_version", ""),
        ("provider.aws", ""),
        ("provider.aws", "eu"),
        ("data.aws_ami", "ubuntu"),
        ("aws_s3_bucket", "logs"),
        ("module", "vpc"),
        ("variable", "region"),
        ("output", "id"),
        ("local", "env"),
        ("local", "tags"),
        ("moved", ""),
    ]
    by_type = {fact.type: fact for fact in facts if isinstance(fact, Resource)}
    assert by_type["backend.s3"].attributes == {"bucket": "state", "encrypt": True, "label": "s3"}
    assert by_type["required_provider"].attributes == {"version": "3.1"}
    assert by_type["module"].attributes["source"] == "./modules/vpc"
    assert by_type["local"].attributes == {"value": {"a": 1}}
    bucket = by_type["aws_s3_bucket"]
    assert (bucket.system, bucket.location.line, bucket.location.end_line) == ("terraform", 22, 24)


def test_comments_are_no_resources() -> None:
    facts = read_with(
        terraform,
        "main.tf",
        """
        # resource "aws_s3_bucket" "a" {}
        /*
        resource "aws_s3_bucket" "b" {}
        */
        // module "c" { source = "./c" }
        """,
    )
    assert facts == []


def test_byte_order_mark_and_windows_newlines() -> None:
    facts = read_with(terraform, "main.tf", b'\xef\xbb\xbfvariable "x" {\r\n  default = 1\r\n}\r\n')
    assert resources(facts) == [("variable", "x")]
    assert facts[0].location.end_line == 3


def test_user_data_is_what_the_machine_runs() -> None:
    facts = read_with(
        terraform,
        "main.tf",
        """
        resource "aws_instance" "web" {
          user_data = <<-EOF
            #!/bin/bash
            set -e
            %{ if var.docker }
            sudo apt-get install -y docker.io
            %{ endif }
            docker run -d ${var.image}
          EOF
        }
        """,
    )
    assert commands(facts) == [
        ("set -e", 4),
        ("apt-get install -y docker.io", 6),
        ("docker run -d ${var.image}", 8),
    ]
    found = [fact for fact in facts if isinstance(fact, Command)]
    assert {fact.unit.kind for fact in found} == {UnitKind.MACHINE}
    assert {fact.unit.name for fact in found} == {"aws_instance.web"}


@pytest.mark.parametrize(
    "attribute",
    [
        "user_data = base64encode(<<EOF\n#!/bin/sh\nyum update -y\nEOF\n)",
        'user_data = "#!/bin/sh\\nyum update -y\\n"',
        "metadata = {\n startup-script = <<EOF\nyum update -y\nEOF\n}",
        "custom_data = base64encode(trimspace(<<EOF\n#!/usr/bin/env bash\nyum update -y\nEOF\n))",
        'metadata_startup_script = "yum update -y"',
        'settings = jsonencode({ commandToExecute = "yum update -y" })',
        'settings = <<EOF\n{"commandToExecute": "yum update -y"}\nEOF',
        "settings = {\n anything = <<EOF\nyum update -y\nsystemctl restart httpd\nEOF\n}",
    ],
)
def test_boot_scripts_in_other_places(attribute: str) -> None:
    facts = read_with(terraform, "main.tf", f'resource "x" "y" {{\n{attribute}\n}}\n')
    assert "yum update -y" in [words for words, _ in commands(facts)]


@pytest.mark.parametrize(
    "attribute",
    [
        "description = <<EOF\nWe install docker with care.\nThen echo comes back.\nEOF",
        'policy = <<EOF\n{"Statement": [{"Action": "sudo yum install"}]}\nEOF',
        "config = <<EOF\nserver {\n  listen 443 ssl;\n}\nEOF",
        'user_data = <<EOF\n#!/usr/bin/env python3\nprint("docker run x")\nEOF',
        "user_data_replace_on_change = true",
        "user_data = var.install ? local.a : local.b",
        'content = file("policy.json")',
    ],
)
def test_other_texts_run_nothing(attribute: str) -> None:
    facts = read_with(terraform, "main.tf", f'resource "x" "y" {{\n{attribute}\n}}\n')
    assert commands(facts) == []


def test_instructions_in_outputs_run_nothing() -> None:
    text = 'output "next" {\n  value = <<EOF\naws eks update-kubeconfig\nkubectl get pods\nEOF\n}\n'
    assert commands(read_with(terraform, "outputs.tf", text)) == []


def test_boot_script_in_a_file_is_called() -> None:
    facts = read_with(
        terraform,
        "modules/ec2/main.tf",
        """
        resource "aws_instance" "web" {
          user_data = templatefile("${path.module}/scripts/setup.sh", { x = 1 })
        }
        """,
    )
    (call,) = [fact for fact in facts if isinstance(fact, Command)]
    assert call.words[0].endswith("setup.sh")
    assert (call.directory, call.location.line) == ("modules/ec2", 2)


def test_shell_script_in_a_template() -> None:
    facts = read_with(terraform, "main.tf", 'data "template_file" "x" {\n  template = file("boot.sh.tpl")\n}\n')
    assert commands(facts) == [("./boot.sh.tpl", 2)]


def test_provisioners() -> None:
    facts = read_with(
        terraform,
        "app/main.tf",
        """
        resource "null_resource" "deploy" {
          provisioner "local-exec" {
            command     = "ansible-playbook -i ${aws_instance.web.public_ip}, site.yml"
            working_dir = "${path.module}/ansible"
            on_failure  = continue
          }
          provisioner "remote-exec" {
            inline = [
              "sudo apt update",

              "sudo systemctl restart nginx",
            ]
          }
          provisioner "local-exec" {
            interpreter = ["python3", "-c"]
            command     = "import docker"
          }
        }
        """,
    )
    assert commands(facts) == [
        ("ansible-playbook -i ${aws_instance.web.public_ip}, site.yml", 3),
        ("apt update", 9),
        ("systemctl restart nginx", 11),
    ]
    first = next(fact for fact in facts if isinstance(fact, Command))
    assert (first.directory, first.hides_failure) == ("app/ansible", True)


def test_cloud_config_inside() -> None:
    facts = read_with(
        terraform,
        "main.tf",
        """
        resource "aws_instance" "web" {
          user_data = <<-EOF
            #cloud-config
            packages: [nginx]
            runcmd:
              - systemctl enable nginx
              - [ufw, allow, "443"]
          EOF
        }
        """,
    )
    assert commands(facts) == [("systemctl enable nginx", 6), ("ufw allow 443", 7)]
    (config,) = [fact for fact in facts if isinstance(fact, Resource) and fact.system == "cloud-init"]
    assert (config.type, config.attributes["packages"]) == ("user-data", ["nginx"])


def test_json_form() -> None:
    facts = read_with(
        terraform,
        "main.tf.json",
        """
        {
          "terraform": {"backend": {"gcs": {"bucket": "b"}}, "required_providers": {"aws": {"version": "5"}}},
          "provider": {"aws": [{"region": "eu-west-2"}, {"alias": "us"}]},
          "resource": {
            "aws_s3_bucket": {
              "logs": {"bucket": "${var.name}", "acl": "x-${var.y}"}
            }
          },
          "locals": {"a": 1},
          "module": {"vpc": {"source": "./vpc"}}
        }
        """,
    )
    assert resources(facts) == [
        ("backend.gcs", ""),
        ("required_provider", "aws"),
        ("provider.aws", ""),
        ("provider.aws", "us"),
        ("aws_s3_bucket", "logs"),
        ("local", "a"),
        ("module", "vpc"),
    ]
    (bucket,) = [fact for fact in facts if isinstance(fact, Resource) and fact.type == "aws_s3_bucket"]
    assert bucket.attributes == {"bucket": "var.name", "acl": "x-${var.y}"}
    assert bucket.location.line == 6


def test_test_files() -> None:
    facts = read_with(
        terraform,
        "tests/bucket.tftest.hcl",
        """
        mock_provider "aws" {}
        run "plan" {
          command = plan
          assert {
            condition     = aws_s3_bucket.logs.bucket == "logs"
            error_message = "wrong name"
          }
          assert {
            condition     = true
            error_message = "never"
          }
        }
        run "bad_input" {
          expect_failures = [var.name]
        }
        """,
        Category.TEST,
    )
    test = facts[0]
    assert isinstance(test, TestFile)
    assert (test.framework, test.tests, test.assertions) == ("terraform-test", 2, 3)
    assert ("mock_provider", "aws") in resources(facts)


def test_terragrunt() -> None:
    facts = read_with(
        terraform,
        "live/prod/terragrunt.hcl",
        """
        terraform {
          source = "../../modules//app"
        }
        remote_state {
          backend = "s3"
          config = {
            bucket = "state"
          }
        }
        inputs = { size = 2 }
        """,
    )
    assert resources(facts) == [("module", ""), ("backend.s3", "")]
    assert [fact.attributes for fact in facts if isinstance(fact, Resource)][1] == {"bucket": "state"}


@pytest.mark.parametrize("path", ["main.tf.bak", "terraform.tfvars", ".terraform.lock.hcl", "backend.hcl", "a.hcl"])
def test_other_files_are_not_wanted(path: str) -> None:
    assert not terraform.wants(source(path, ""))


def test_extension_in_capitals() -> None:
    assert resources(read_with(terraform, "MAIN.TF", 'variable "x" {}\n')) == [("variable", "x")]


def test_broken_file_is_a_gap_and_what_stands_before_counts() -> None:
    facts, gaps = read("main.tf", 'resource "a" "b" {}\nresource "c" {\n  x = \n')
    assert resources(facts) == [("a", "b")]
    (gap,) = gaps
    assert (gap.system, gap.location.line) == ("terraform", 3)
    assert "resource" in gap.hides


@given(st.binary(max_size=300), st.sampled_from(["a.tf", "a.tf.json", "a.tftest.hcl"]))
def test_any_bytes(data: bytes, name: str) -> None:
    with suppress(Unreadable):
        list(terraform.read(source(name, data)))


_BLOCK_TEXT = st.lists(
    st.sampled_from(
        [
            'resource "a" "b" {\n',
            "}\n",
            "{",
            "user_data = ",
            "<<EOF\n",
            "EOF\n",
            '"${path.module}/x"',
            'provisioner "x" {\n',
            "inline = [",
            '"ls"',
            ",",
            "]",
            "#cloud-config\n",
            "runcmd: [a, [b]]\n",
            "command = ",
            "terraform {\n",
            "\n",
            "locals {\n",
            "a = 1\n",
            'backend "s3" {\n',
            "required_providers {\n",
            "#!/bin/sh\n",
        ]
    ),
    max_size=30,
).map("".join)


@given(_BLOCK_TEXT)
def test_any_blocks(text: str) -> None:
    with suppress(Unreadable):
        list(terraform.read(source("a.tf", text.encode())))
