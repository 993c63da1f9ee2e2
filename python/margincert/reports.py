"""Checking and reporting many certificates: from files, folders, texts, dictionaries and objects."""

from __future__ import annotations

import os
from pathlib import Path as FilePath
from typing import Any, Iterable, List, Mapping, Tuple, Union

from . import _core
from .claims import Accepted, judged
from .documents import Certificate, Instance, Path, _Document
from .errors import FormatError, Rejected

__all__ = ["atlas", "check", "explain", "read", "table"]

Readable = Union[Path, Mapping[str, Any], Certificate]
"""A certificate, a path to a file or to a folder that is searched for ``*.json``, a document's text, or what `json` makes of one."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip()[:1] in ("{", "[")


def _documents(readable: Any) -> List[Tuple[str, Union[None, str], _core.Document]]:
    """Each with a name for reports, and the file that it came from."""
    if isinstance(readable, _Document):
        return [(readable.title or "certificate", None, readable._document)]
    if isinstance(readable, Mapping):
        document = Certificate.from_dict(readable)
        return [(document.title or "certificate", None, document._document)]
    if _is_text(readable):
        document = Certificate.parse(readable)
        return [(document.title or "certificate", None, document._document)]
    if isinstance(readable, (str, os.PathLike)):
        paths = _core.find(readable)
        return [(FilePath(path).stem, str(path), _core.Document.read(path)) for path in paths]
    raise TypeError(
        f"expected a certificate, a path, the text of a document or a dictionary, found {readable!r} of type {type(readable).__name__}"
    )


def _all(certificates: Any) -> List[Tuple[str, Union[None, str], _core.Document]]:
    single = isinstance(certificates, (str, os.PathLike, Mapping, _Document))
    found = [document for one in ([certificates] if single else certificates) for document in _documents(one)]
    if not found:
        raise ValueError("no certificates are given")
    # What several have as a name would not say which is meant.
    names = [name for name, _, _ in found]
    taken = {name for name in names if names.count(name) > 1}
    return [(f"{name} ({place})" if name in taken else name, file, document) for place, (name, file, document) in enumerate(found)]


def read(path: Path) -> Union[Certificate, Instance]:
    """The certificate in a file, or the instance if it makes no claim.

    Raises
    ------
    FormatError
        What is wrong, and where.
    OSError
        When the file cannot be read.
    """
    document = _core.Document.read(path)
    return Certificate._of(document) if document.claim_count() else Instance._of(document)


def check(certificates: Union[Readable, Iterable[Readable]]) -> List[Union[Accepted, Rejected]]:
    """Checks every claim by exact arithmetic.

    Parameters
    ----------
    certificates : path, text, dict, Certificate, or an iterable of these
        Folders are searched for ``*.json`` with their subfolders.

    Returns
    -------
    list of Accepted and Rejected
        One a claim, file by file. `Accepted` is truthy, `Rejected` falsy, so ``all(mc.check("proofs"))`` says whether all are proved.

    Raises
    ------
    FormatError
        When a document cannot be read; `place` and `file` say where.
    NoClaims
        When a document makes no claim, so that there is nothing to check.
    OSError
        When a file or folder cannot be read, or the folder holds no certificate.

    Examples
    --------
    >>> check({
    ...     "format": "margincert/1",
    ...     "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
    ...     "data": [{"x": ["1/2"], "y": 1}],
    ...     "point": [["2"]],
    ...     "claims": [{"claim": "kkt", "multipliers": ["4"]}],
    ... })
    [Accepted(claim='kkt', index=0, layer=None, file=None)]
    """
    single = isinstance(certificates, (str, os.PathLike, Mapping, _Document))
    verdicts: List[Union[Accepted, Rejected]] = []
    found = False
    for one in [certificates] if single else certificates:  # type: ignore[union-attr]
        for _, file, document in _documents(one):
            found = True
            verdicts.extend(judged(document, file))
    if not found:
        raise ValueError("no certificates are given")
    return verdicts


def explain(certificate: Readable, format: str = "text", *, standalone: bool = False) -> str:
    """The whole proof that one certificate carries; see `Certificate.explain`."""
    documents = _documents(certificate)
    if len(documents) != 1:
        raise FormatError(f"expected one certificate, found {len(documents)}", "certificate")
    name, _, document = documents[0]
    return _core.explain(document, format, standalone, name)


def table(
    certificates: Union[Readable, Iterable[Readable]],
    *,
    format: str = "text",
    detail: bool = False,
    standalone: bool = False,
) -> str:
    """Tables for papers, computed from claims that pass the checker just now.

    Parameters
    ----------
    certificates : path, text, dict, Certificate, or an iterable of these
    format : {"text", "markdown", "latex", "csv"}
    detail : bool
        One row per certificate, instead of what holds for which networks.
    standalone : bool
        For LaTeX: a whole file that compiles as it is.

    Raises
    ------
    Rejected
        When a claim does not pass.
    NoClaims
        When a document makes none.
    """
    documents = [(name, document) for name, _, document in _all(certificates)]
    return _core.table(documents, format, standalone, detail)


def atlas(certificates: Union[Readable, Iterable[Readable]], folder: Path) -> FilePath:
    """Writes a static site with a page for each certificate.

    Returns
    -------
    pathlib.Path
        Of its ``index.html``, to be opened from the file system.

    Raises
    ------
    FileExistsError
        When the folder is there, is not empty and is no atlas.
    Rejected
        When a claim does not pass; nothing is written then.
    """
    documents = [(name, document) for name, _, document in _all(certificates)]
    return FilePath(_core.atlas(documents, folder))
