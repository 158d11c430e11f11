"""Chef recipes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Command, Resource
from evidence_check.readers import chef
from tests.support import read_with, source


def test_recipe() -> None:
    facts = read_with(
        chef,
        "cookbooks/web/recipes/default.rb",
        """
        # package 'hidden'
        include_recipe 'apt'
        package 'nginx'
        service 'nginx' do
          action [:enable, :start]
        end
        template '/etc/nginx/nginx.conf' do
          source 'nginx.conf.erb'
          mode '0644'
          notifies :reload, 'service[nginx]'
        end
        if platform?('ubuntu') do
          puts 'x'
        end
        execute 'migrate' do
          command 'rake db:migrate'
        end
        bash 'install' do
          code <<-EOH
            curl -O https://example.org/app.tgz
            tar xzf app.tgz
          EOH
        end
        """,
    )
    assert [(f.type, f.name, f.location.line, f.location.end_line) for f in facts if isinstance(f, Resource)] == [
        ("include_recipe", "apt", 2, 2),
        ("package", "nginx", 3, 3),
        ("service", "nginx", 4, 6),
        ("template", "/etc/nginx/nginx.conf", 7, 11),
        ("execute", "migrate", 15, 17),
        ("bash", "install", 18, 23),
    ]
    template = next(f for f in facts if isinstance(f, Resource) and f.type == "template")
    assert template.system == "chef"
    assert template.attributes == {"source": "nginx.conf.erb", "mode": "0644"}
    assert [(" ".join(f.words), f.location.line, f.order) for f in facts if isinstance(f, Command)] == [
        ("rake db:migrate", 16, 0),
        ("curl -O https://example.org/app.tgz", 20, 1),
        ("tar xzf app.tgz", 21, 2),
    ]


def test_other_ruby_is_not_wanted() -> None:
    assert not chef.wants(source("app/models/recipe.rb", "package 'x'\n"))
    assert not chef.wants(source("cookbooks/web/spec/default_spec.rb", "service 'x'\n"))
    assert chef.wants(source("recipes/default.rb", ""))


_PIECES = st.sampled_from(
    [
        "package ",
        "'x'",
        '"y"',
        " do\n",
        "end\n",
        "\n",
        "  command 'ls'\n",
        "execute ",
        "<<-E",
        "E",
        "{",
        "}",
        "#",
        "  a b\n",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join) | st.text(max_size=100))
def test_any_text(text: str) -> None:
    facts = list(chef.read(source("recipes/a.rb", text.encode("utf-8", "replace"))))
    assert all(fact.location.line >= 1 for fact in facts)
