"""Python's cyclic garbage collector, told to keep out of bulk work."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collector() -> Iterator[None]:
    """Run a block without the cyclic collector.

    Rows are tuples without cycles and go away by themselves; looking through half a million of them again and again
    costs a tenth of an export and frees nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
