from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_check.model import Category, TestFile
from evidence_check.readers import test_files
from tests.support import read_with


def _test(path: str, text: str) -> TestFile | None:
    found = read_with(test_files, path, text, Category.TEST)
    assert len(found) <= 1
    return found[0] if found and isinstance(found[0], TestFile) else None


def _counts(path: str, text: str) -> tuple[str, int, int, int] | None:
    found = _test(path, text)
    return (found.framework, found.tests, found.assertions, found.location.line) if found else None


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("tests/test_app.py", "def test_a():\n    assert f() == 1\n", ("pytest", 1, 1, 1)),
        (
            "tests/test_app.py",
            ("class TestA:\n    def test_a(self):\n        with pytest.raises(E):\n            f()\n"),
            ("pytest", 1, 1, 2),
        ),
        (
            "tests/test_app.py",
            (
                "import pytest\n"
                "@pytest.fixture\n"
                "def test_client():\n"
                "    pass\n"
                "def test_b(test_client):\n"
                "    m.assert_called_once()\n"
            ),
            ("pytest", 1, 1, 5),
        ),
        (
            "app/tests.py",
            ("class T(TestCase):\n    def test_a(self):\n        self.assertEqual(f(), 1)\n"),
            ("unittest", 1, 1, 2),
        ),
        (
            "e2e/test_page.py",
            ("def test_page(page: Page):\n    expect(page).to_have_title('x')\n"),
            ("pytest", 1, 1, 1),
        ),
        (
            "test_host.py",
            ("def test_nginx(host):\n    assert host.service('nginx').is_running\n"),
            ("testinfra", 1, 1, 1),
        ),
        ("features/steps/a.py", "from behave import *\n@given('a')\ndef step(c):\n    assert c\n", ("behave", 1, 1, 2)),
        (
            "locustfile.py",
            ("from locust import HttpUser, task\nclass U(HttpUser):\n    @task\n    def i(self): pass\n"),
            ("locust", 1, 0, 3),
        ),
        ("a.test.js", "it('adds', () => {\n  expect(add(1, 2)).toBe(3)\n})\n", ("jest", 1, 1, 1)),
        (
            "a.spec.ts",
            ("import { test } from '@playwright/test'\ntest('x', async ({ page }) => { await expect(page).toBe() })"),
            ("playwright", 1, 1, 2),
        ),
        (
            "a.test.ts",
            ("import { it } from 'vitest'\nit.each([1])('n', () => { expect(f(1)).toBe(2) })\n"),
            ("vitest", 1, 1, 2),
        ),
        (
            "test/a.js",
            ("const { expect } = require('chai')\nit('x', function () { expect(f()).to.equal(2) })\n"),
            ("mocha", 1, 1, 2),
        ),
        (
            "test/a.js",
            ("const test = require('node:test')\ntest('x', () => { assert.equal(f(), 2) })\n"),
            ("node-test", 1, 1, 2),
        ),
        (
            "cypress/e2e/a.cy.js",
            "it('x', () => { cy.visit('/'); cy.get('h1').should('be.visible') })\n",
            ("cypress", 1, 1, 1),
        ),
        ("load/s.js", ("import http from 'k6/http'\nexport default function () { check(r, {}) }\n"), ("k6", 1, 1, 2)),
        (
            "src/test/java/ATest.java",
            ("class ATest {\n  @Test\n  void adds() {\n    assertEquals(2, a.add(1, 1));\n  }\n}\n"),
            ("junit", 1, 1, 2),
        ),
        (
            "src/test/java/ATest.java",
            ("import org.testng.annotations.Test;\n@Test\npublic void a() { Assert.assertTrue(x); }\n"),
            ("testng", 1, 1, 2),
        ),
        ("src/test/kotlin/ATest.kt", "@Test\nfun `adds two`() { assertThat(a).isEqualTo(2) }\n", ("junit", 1, 1, 1)),
        (
            "src/test/kotlin/A.kt",
            ('import io.kotest.core.spec.style.StringSpec\n  "adds" {\n    a shouldBe 2\n  }\n'),
            ("kotest", 1, 1, 2),
        ),
        (
            "ASpec.groovy",
            ('class ASpec extends Specification {\n  def "adds"() {\n    expect:\n    a == 2\n  }\n}\n'),
            ("spock", 1, 1, 2),
        ),
        (
            "ATests.cs",
            ("public class A {\n  [Fact]\n  public void Adds() { Assert.Equal(2, f()); }\n}\n"),
            ("xunit", 1, 1, 2),
        ),
        ("ATests.cs", ("[TestCase(1)]\npublic void Adds(int a) { f().Should().Be(2); }\n"), ("nunit", 1, 1, 1)),
        ("ATests.cs", ("[TestMethod]\npublic void Adds() { Assert.AreEqual(x, f()); }\n"), ("mstest", 1, 1, 1)),
        (
            "a_test.go",
            ('import "testing"\nfunc TestAdd(t *testing.T) {\n\tif f() != 1 { t.Errorf("x") }\n}\n'),
            ("go-test", 1, 1, 2),
        ),
        (
            "a_test.go",
            (
                'import "github.com/gruntwork-io/terratest/modules/terraform"\n'
                "func TestVpc(t *testing.T) {\n"
                "\tassert.Equal(t, a, b)\n"
                "}\n"
            ),
            ("terratest", 1, 1, 2),
        ),
        ("spec/a_spec.rb", "it 'adds' do\n  expect(f).to eq(2)\nend\n", ("rspec", 1, 1, 1)),
        ("test/a_test.rb", 'test "adds" do\n  assert_equal 2, f\nend\n', ("minitest", 1, 1, 1)),
        (
            "test/integration/default/web_test.rb",
            "describe port(80) do\n  it { should be_listening }\nend\n",
            ("inspec", 1, 1, 1),
        ),
        (
            "tests/ATest.php",
            ("<?php\nclass ATest extends TestCase {\n  public function testA() { $this->assertSame(1, f()); }\n}\n"),
            ("phpunit", 1, 1, 3),
        ),
        (
            "tests/A.php",
            (
                "<?php\n"
                "class A extends TestCase {\n"
                "  /** @test */\n"
                "  public function adds() { $this->assertSame(1, f()); }\n"
                "}\n"
            ),
            ("phpunit", 1, 1, 4),
        ),
        ("tests/Feature/A.php", "<?php\nit('adds', function () { expect(f())->toBe(1); });\n", ("pest", 1, 1, 2)),
        (
            "src/lib.rs",
            ("fn f() {}\n#[cfg(test)]\nmod tests {\n  #[tokio::test]\n  async fn adds() { assert_eq!(f(), x); }\n}\n"),
            ("cargo-test", 1, 1, 4),
        ),
        (
            "a_test.dart",
            ("import 'package:test/test.dart';\ntest('adds', () { expect(f(), 2); });\n"),
            ("flutter-test", 1, 1, 2),
        ),
        ("a.cc", "#include <gtest/gtest.h>\nTEST(A, B) { EXPECT_EQ(f(), 1); }\n", ("googletest", 1, 1, 2)),
    ],
)
def test_tests_and_assertions_are_counted(path: str, text: str, expected: tuple[str, int, int, int]) -> None:
    assert _counts(path, text) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/incomplete_test_e2e.py", "def test_a():\n    assert f()\n"),
        ("tests/test_a.py", ("# def test_a():\n#     assert f()\n'''\ndef test_b():\n    assert g()\n'''\n")),
        ("tests/conftest.py", "@pytest.fixture\ndef client():\n    assert app\n"),
        ("app/views.py", "def test_connection():\n    assert db.ping()\n"),
        ("tests/test_a.py", "class Helper:\n    def test_a(self):\n        assert f()\n"),
        ("src/regex.js", "if (pattern.test(value)) { it = 1 }\n"),
        ("src/app.test.js", "// it('x', () => {})\n"),
        ("a.test.js", ("it.skip('x', () => { expect(1).toBe(2) })\nxit('y', () => {})\n")),
        ("src/main/java/A.java", "/* @Test */ class A {}\n"),
        ("src/test/java/A.java", "@TestConfiguration\nclass A { void a() { assertThat(b); } }\n"),
        ("main.go", 'import "testing"\nfunc TestAdd(t *testing.T) {}\n'),
        ("a_test.go", 'import "testing"\nfunc TestMain(m *testing.M) {}\n'),
        ("lib/a.rb", "it 'adds' do\nend\n"),
    ],
)
def test_what_no_runner_would_find_is_no_test(path: str, text: str) -> None:
    assert _test(path, text) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/App.test.js", "test('renders learn react link', () => { expect(link).toBeInTheDocument() })\n"),
        (
            "src/app.component.spec.ts",
            (
                "it('should create the app', () => { expect(app).toBeTruthy() })\n"
                "it(`should have as title 'shop'`, () => { expect(app.title).toEqual('shop') })\n"
            ),
        ),
        ("tests/test_a.py", "def test_always():\n    assert True\n"),
        ("tests/test_a.py", ("class T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(1, 1)\n")),
        ("app/tests.py", "from django.test import TestCase\n\n# Create your tests here.\n"),
        ("src/test/java/ATests.java", ("@SpringBootTest\nclass ATests {\n  @Test\n  void contextLoads() {\n  }\n}\n")),
        ("UnitTest1.cs", "[Fact]\npublic void Test1()\n{\n}\n"),
        (
            "tests/Feature/ExampleTest.php",
            (
                "<?php\n"
                "class ExampleTest extends TestCase {\n"
                "  public function test_that_true_is_true(): void { $this->assertTrue(true); }\n"
                "}\n"
            ),
        ),
        ("src/lib.rs", "#[test]\nfn it_works() {\n  assert_eq!(add(2, 2), 4);\n}\n"),
        ("a.test.js", "it('sums', () => { expect(1 + 1).toBe(2) })\n"),
        (
            "tests/Feature/Auth/RegistrationTest.php",
            (
                "<?php\nclass RegistrationTest extends TestCase {\n"
                "  public function test_new_users_can_register(): void { $this->assertAuthenticated(); }\n}\n"
            ),
        ),
        ("cypress/e2e/1-getting-started/todo.cy.js", "it('x', () => { cy.get('a').should('have.length', 2) })\n"),
    ],
)
def test_what_a_generator_wrote_is_a_scaffold(path: str, text: str) -> None:
    found = _test(path, text)

    assert found is not None
    assert found.scaffold


def test_an_imported_assertion_is_no_assertion_of_true() -> None:
    text = """
        import org.junit.jupiter.api.Test;
        import static org.junit.jupiter.api.Assertions.assertTrue;
        class PayTest {
            @Test
            void pays() {
                assertTrue(new Pay().pay());
            }
        }
    """
    found = _test("src/test/java/PayTest.java", text)

    assert found is not None
    assert not found.scaffold


def test_own_tests_beside_a_generated_one_are_no_scaffold() -> None:
    found = _test(
        "src/app.component.spec.ts",
        textwrap.dedent("""
        it('should create the app', () => { expect(app).toBeTruthy() })
        it('adds a task', () => { expect(app.tasks.length).toBe(1) })
        """),
    )

    assert found is not None
    assert not found.scaffold


def test_the_text_is_without_comments() -> None:
    found = _test("tests/test_a.py", "def test_a():  # uses mock\n    assert f()\n")

    assert found is not None
    assert "mock" not in found.text


@given(
    st.lists(
        st.sampled_from(
            ["@Test", "it('", "test(", "def test_", "class Test(", "\n", "(", ")", "{", "'", '"', "[Fact]", "a", " "]
        )
        | st.characters(),
        max_size=60,
    ).map("".join),
    st.sampled_from("test_a.py a.test.js ATest.java ATest.cs a_test.go a_spec.rb ATest.php a.rs a.cc".split()),
)
def test_any_text_gives_facts(text: str, path: str) -> None:
    found = _test(path, text)

    assert found is None or found.tests >= 0
