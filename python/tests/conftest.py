"""What tests share."""

import signal
import subprocess
import sys
import time
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
    return slow_instance()


def slow_instance() -> mc.Instance:
    """An instance that the prover does not finish within seconds: every unit of a cross-polytope has a kink on almost every sample."""
    n = 14
    corners = [[sign * (k == i) for k in range(n)] for sign in (1, -1) for i in range(n)]
    first, last = [*corners, [0] * n], [[1] * (2 * n) + [0]]
    return mc.Instance(mc.Network.dense(n, 2 * n + 1, 1), corners, [1] * (2 * n), [first, last])


# What was started in the background ignores Ctrl-C, and so do its children.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    {work}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(7)
"""


def interrupt(setup, work, *arguments, after):
    """Runs Python that is still at work after so many seconds, presses Ctrl-C, and sees that it ends by it, and soon."""
    script = setup + INTERRUPTIBLE.format(work=work)
    process = subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        assert process.poll() is None, "it is still at work"
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[0] == "interrupted\n"
        # Within a second, but a busy machine shares it with others.
        assert time.monotonic() - start < 4
        assert process.returncode == 7
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
