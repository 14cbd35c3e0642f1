"""Keeps Python from looking for garbage while a batch is folded: much to look at, nothing to find.

Events and changes hold no cycles; they go as soon as nobody holds them any more.
"""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def without_collector(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Return work during which the cyclic collector rests; it is as before afterwards."""

    @wraps(work)
    def worked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if was_enabled:
                gc.enable()

    return worked
