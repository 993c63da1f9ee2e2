"""Problems as the format describes them, out of what users give: arrays, fractions, floats."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from .errors import FormatError
from .exact import Exact, Reading, listed, written
from .network import Network


def as_json(value: Any) -> Any:
    """For `json`: numbers that it does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if not isinstance(value, (int, float)):
        return written(Reading(field=getattr(value, "field", None)).number(value, ""))
    raise TypeError(f"{value!r} is nothing that a document holds")


def shaped(values: Sequence[Exact], shape: Tuple[int, ...]) -> Tuple[Any, ...]:
    """Numbers in a row as the rows of a matrix, if that is the shape."""
    if len(shape) == 1:
        return tuple(values)
    rows, columns = shape
    return tuple(tuple(values[row * columns : (row + 1) * columns]) for row in range(rows))


def problem_of(network: Network, X: Any, y: Any, theta: Any, reading: Reading) -> Dict[str, Any]:
    """Network, samples and point as the format describes them; `FormatError` where shapes do not fit."""
    if not isinstance(network, Network):
        raise FormatError(f"expected a Network, found {network!r}", "network")
    samples = []
    rows, labels = listed(X, "X"), listed(y, "y")
    if len(rows) != len(labels):
        raise FormatError(f"expected one label per sample, that is {len(rows)}, found {len(labels)}", "y")
    for place, (row, sign) in enumerate(zip(rows, labels)):
        x = reading.numbers(row, f"X[{place}]")
        if len(x) != network.inputs:
            raise FormatError(f"{len(x)} numbers; the network has {network.inputs} inputs", f"X[{place}]")
        samples.append({"x": [written(number) for number in x], "y": label(sign, f"y[{place}]")})
    layers = listed(theta, "theta")
    if len(layers) != network.depth:
        raise FormatError(f"expected one array per layer, that is {network.depth}, found {len(layers)}", "theta")
    point = [_layer(layer, shape, f"theta[{place}]", reading) for place, (layer, shape) in enumerate(zip(layers, network.shapes))]
    return {"network": network.to_dict(), "data": samples, "point": point}


def label(value: Any, place: str) -> int:
    """A label, or `FormatError` with its place."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    is_bool = isinstance(value, bool) or type(value).__name__ == "bool_"
    if not is_bool and not isinstance(value, str) and value in (1, -1):
        return int(value)
    advice = "; for labels 0 and 1 give 2 * y - 1" if value in (0, True) else ""
    raise FormatError(f"a label is 1 or -1, found {value!r}{advice}", place)


def _layer(values: Any, shape: Tuple[int, ...], place: str, reading: Reading) -> List[Any]:
    """The parameters of a layer as the format lists them; given flat or in their natural shape."""
    count = 1
    for length in shape:
        count *= length
    given = listed(values, place)
    natural = " x ".join(map(str, shape))
    # In a field a list of coordinates is a number, so that the depth of lists says nothing where there is one row.
    if len(shape) == 2 and len(given) == shape[0] and all(_is_row(row, shape[1]) for row in given):
        rows = [reading.numbers(row, f"{place}[{k}]") for k, row in enumerate(given)]
        return [written(number) for row in rows for number in row]
    if len(given) == count and not any(_is_row(number, None) and reading.field is None for number in given):
        return [written(number) for number in reading.numbers(given, place)]
    found = f"{len(given)} numbers"
    if given and _is_row(given[0], None):
        lengths = sorted({len(listed(row, place)) if _is_row(row, None) else 1 for row in given})
        found = f"{len(given)} x {' or '.join(map(str, lengths))} numbers"
    flat = f", or a flat list of {count}" if len(shape) > 1 else ""
    raise FormatError(f"{found}; the layer has {natural}{flat}", place)


def _is_row(value: Any, length: Optional[int]) -> bool:
    is_row = isinstance(value, (list, tuple)) or (hasattr(value, "tolist") and getattr(value, "shape", ()) != ())
    return is_row and (length is None or len(value) == length)


def place_of(path: str) -> str:
    """A path into a document as the arguments are called here."""
    path = re.sub(r"^point\b", "theta", path)
    path = re.sub(r"^data\[(\d+)\]\.x", r"X[\1]", path)
    path = re.sub(r"^data\[(\d+)\]\.y", r"y[\1]", path)
    return re.sub(r"^network\.", "", path)


