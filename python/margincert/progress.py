"""Telling how far something is, in a notebook and to whoever asks."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any, Callable, Iterator, Optional, TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds after which a notebook is told."""


def _notebook_display() -> Optional[Any]:
    """A place in the notebook to write to, if this is one."""
    # Who runs in a notebook has imported IPython; nobody else should have to wait for it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import DisplayHandle

    return DisplayHandle()


@contextlib.contextmanager
def notebook_line() -> Iterator[Optional[Callable[[str], None]]]:
    """In a notebook, what shows a line below the cell, from a second on and at most once a second; the line goes at the end."""
    display = _notebook_display()
    if display is None:
        yield None
        return
    next_time, is_shown = time.monotonic() + PATIENCE, False

    def tell(text: str) -> None:
        nonlocal next_time, is_shown
        if time.monotonic() >= next_time:
            next_time = time.monotonic() + PATIENCE
            show = display.update if is_shown else display.display
            is_shown = True
            show({"text/plain": text}, raw=True)

    try:
        yield tell
    finally:
        if is_shown:
            display.update({"text/plain": ""}, raw=True)


def require_callable(progress: Any) -> None:
    """Refuses early what could not be called later."""
    if progress is not None and not callable(progress):
        raise TypeError(f"progress: expected something to call, found {progress!r}")


def seconds_told(
    progress: Optional[Callable[[float], Any]], limit: Optional[float], work: Callable[[Optional[Callable[[float], Any]]], T]
) -> T:
    """Does work that is given what it is to call with the seconds passed: `progress`, or what tells a notebook."""
    require_callable(progress)
    with notebook_line() as line:
        if progress is not None or line is None:
            return work(progress)
        tell, most = line, "" if limit is None else f" of at most {limit:.0f} s"
        return work(lambda seconds: tell(f"{seconds:.0f} s{most}"))
