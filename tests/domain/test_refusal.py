"""How the house says no."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import domain
from domain.refusal import Refusal

MODULES = [import_module(f"domain.{found.name}") for found in pkgutil.iter_modules(domain.__path__)]
ERRORS = sorted(
    {
        error
        for module in MODULES
        for _, error in inspect.getmembers(module, inspect.isclass)
        if issubclass(error, Exception) and error.__module__.startswith("domain.")
    },
    key=lambda error: error.__name__,
)


@pytest.mark.parametrize("error", ERRORS)
def test_every_no_of_the_house_is_a_refusal_that_says_what_stands_in_the_way(
    error: type[Exception],
) -> None:
    assert issubclass(error, Refusal)
    assert (inspect.getdoc(error) or "").endswith(".")
    assert not error.__name__.endswith(("Error", "Exception"))
