"""Arrays out of files: ``.npz`` and ``.safetensors``."""

from __future__ import annotations

import json
import math
import struct
from pathlib import Path
from typing import Any, Dict, List, Tuple

from .errors import FormatError

_SAFETENSORS_HEADER = 100 << 20


def read_arrays(file: Path) -> Dict[str, Any]:
    """The arrays of a file by their names."""
    if file.suffix == ".npz":
        try:
            import numpy
        except ImportError as error:
            raise ImportError("reading .npz needs numpy: pip install margincert[numpy]") from error
        try:
            with numpy.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except FileNotFoundError:
            raise
        except Exception as error:  # What zipfile raises for what is no archive is no ValueError.
            raise FormatError(f"cannot be read as .npz: {error}", file=str(file)) from error
    if file.suffix == ".safetensors":
        return _read_safetensors(file)
    raise FormatError(f"expected a file .npz or .safetensors, found {file.suffix!r}", file=str(file))


_SAFETENSORS_TYPES: Dict[str, Tuple[str, int]] = {
    "F64": ("d", 8),
    "F32": ("f", 4),
    "F16": ("e", 2),
    "I64": ("q", 8),
    "I32": ("i", 4),
    "I16": ("h", 2),
    "I8": ("b", 1),
    "U8": ("B", 1),
}


def _read_safetensors(file: Path) -> Dict[str, Any]:
    """A header of JSON with types, shapes and places, then the numbers."""

    def refuse(problem: str, place: str = "") -> FormatError:
        return FormatError(problem, place, file=str(file))

    data = file.read_bytes()
    if len(data) < 8:
        raise refuse("too short to be .safetensors")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(_SAFETENSORS_HEADER, len(data) - 8):
        raise refuse(f"the header is said to have {length} bytes, and the file has {len(data)}")
    try:
        header = json.loads(data[8 : 8 + length].decode("utf-8"))
    except ValueError as error:
        raise refuse(f"the header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise refuse("the header is no JSON object")
    body = memoryview(data)[8 + length :]
    arrays = {}
    for name, described in header.items():
        if name == "__metadata__":
            continue
        try:
            kind, shape, (start, end) = described["dtype"], described["shape"], described["data_offsets"]
            sound = 0 <= start <= end <= len(body) and all(isinstance(size, int) and size >= 0 for size in shape)
        except (KeyError, TypeError, ValueError):
            raise refuse("expected dtype, shape and data_offsets", name) from None
        if not sound:
            raise refuse("lies outside of the file", name)
        count = math.prod(shape)
        if kind == "BF16":
            if end - start != 2 * count:
                raise refuse(f"{end - start} bytes for {count} numbers of type {kind}", name)
            halves = struct.unpack(f"<{count}H", body[start:end])
            numbers: Tuple[Any, ...] = tuple(struct.unpack("<f", struct.pack("<I", half << 16))[0] for half in halves)
        elif kind in _SAFETENSORS_TYPES:
            code, size = _SAFETENSORS_TYPES[kind]
            if end - start != size * count:
                raise refuse(f"{end - start} bytes for {count} numbers of type {kind}", name)
            numbers = struct.unpack(f"<{count}{code}", body[start:end])
        else:
            raise refuse(f"numbers of type {kind}; known are {', '.join([*_SAFETENSORS_TYPES, 'BF16'])}", name)
        arrays[name] = _nested(list(numbers), list(shape))
    return arrays


def _nested(numbers: List[Any], shape: List[int]) -> Any:
    if not shape:
        return numbers[0]
    if len(shape) == 1:
        return numbers
    step = len(numbers) // shape[0] if shape[0] else 0
    return [_nested(numbers[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
