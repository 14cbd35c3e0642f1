"""Imports point one way through the house."""

import sys
import tomllib

from tests.house.tree import ROOMS, ROOT, run_python

DOMAIN_ALONE = """
import sys
before = set(sys.modules)
import importlib, pkgutil, domain
for found in pkgutil.iter_modules(domain.__path__):
    importlib.import_module("domain." + found.name)
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""

BUILD = "_sysconfigdata_"
"""Begins a module of the standard library that has the platform in its name; zoneinfo needs it."""

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

LAYERS = ["runtime", "adapters", "web", "audit | notifiers", "projections", "domain | eventlog"]


def test_the_domain_loads_nothing_but_itself_and_the_event_sourcing_library() -> None:
    alone = run_python("-c", DOMAIN_ALONE)
    loaded = set(alone.stdout.split()) - sys.stdlib_module_names
    ours = {name for name in loaded if not name.startswith(BUILD)}
    assert ours == {"domain", "eventsourcing", "typing_extensions"}, alone.stderr


def test_every_import_contract_holds() -> None:
    lint = run_python("-c", LINT, "--no-cache", "--no-logo")
    assert lint.returncode == 0, lint.stdout


def test_every_room_is_under_the_contracts() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(rules["root_packages"]) == set(ROOMS) - {"bench"}
    assert rules["contracts"][0]["layers"] == LAYERS
