"""Telling how long something has taken, in a notebook and to whoever asks."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Iterator, Optional

PATIENCE = 1.0
"""Seconds after which a notebook is told."""


def notebook_display() -> Optional[Any]:
    """A place in the notebook to write to, if this is one."""
    # Who runs in a notebook has imported IPython; nobody else should have to wait for it.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import DisplayHandle  # type: ignore[import-not-found,unused-ignore]

    return DisplayHandle()


@contextlib.contextmanager
def watched(progress: Any, what: str, limit: Optional[float]) -> Iterator[Optional[Callable[[float], Any]]]:
    """What is to be called with the seconds passed: `progress` if there is one, and in a notebook a line that goes at the end."""
    if progress is not None and not callable(progress):
        raise TypeError(f"progress: expected something to call with the seconds passed, found {progress!r}")
    if progress is not None:
        yield progress
        return
    display = notebook_display()
    if display is None:
        yield None
        return
    told = -1

    def tell(seconds: float) -> None:
        nonlocal told
        if seconds >= PATIENCE and int(seconds) > told:
            text = f"{what}: {seconds:.0f} s" + ("" if limit is None else f" of at most {limit:.0f} s")
            show = display.display if told < 0 else display.update
            told = int(seconds)
            show({"text/plain": text}, raw=True)

    try:
        yield tell
    finally:
        if told >= 0:
            display.update({"text/plain": ""}, raw=True)
