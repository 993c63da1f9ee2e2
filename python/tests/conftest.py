"""What tests share."""

from pathlib import Path

import pytest

import margincert as mc

ROOT = Path(__file__).resolve().parents[2]
PROOFS = sorted((ROOT / "proofs").rglob("*.json"))


@pytest.fixture
def dead_neuron() -> mc.Instance:
    """Two live units that share no sample: a local optimum, not a global one."""
    net = mc.Network.dense(2, 2, 1, activation="relu")
    x = [["4/5", "3/5"], ["-4/5", "3/5"]]
    return mc.Instance(net, x, [1, 1], [x, [[1, 1]]])


@pytest.fixture
def slow() -> mc.Instance:
    """An instance that the prover does not finish within seconds, on any machine."""
    net = mc.Network.dense(6, 14, 1, activation="relu")
    rows = [[((7 * i + 3 * k * k + i * k) % 11) - 5 for k in range(6)] for i in range(26)]
    first = [[((5 * u + 2 * k + u * k * k) % 9) - 4 for k in range(6)] for u in range(14)]
    last = [1 if u % 2 else -1 for u in range(14)]

    def output(x):
        return sum(v * max(0, sum(w * a for w, a in zip(unit, x))) for v, unit in zip(last, first))

    kept = [x for x in rows if output(x) != 0]
    return mc.Instance(net, kept, [1 if output(x) > 0 else -1 for x in kept], [first, last])
