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
    """An instance that the prover does not finish within seconds: every unit of a cross-polytope has a kink on almost every sample."""
    n = 14
    corners = [[sign * (k == i) for k in range(n)] for sign in (1, -1) for i in range(n)]
    first, last = [*corners, [0] * n], [[1] * (2 * n) + [0]]
    return mc.Instance(mc.Network.dense(n, 2 * n + 1, 1), corners, [1] * (2 * n), [first, last])
