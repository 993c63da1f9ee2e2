"""The prover, what it tells, and how it is ended."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import margincert as mc


def test_a_verdict_with_its_account(dead_neuron):
    result = dead_neuron.certify(seed=1)
    assert result.verdict is mc.Verdict.LOCAL_OPTIMUM and result.decided
    assert all(result.certificate.check()) and result.require_decided() is result
    names = [claim.name for claim in result.certificate.claims]
    assert "kkt" in names and "local_optimum" in names
    steps = {(step.question, step.layer): step for step in result.account.steps}
    assert steps["kkt", None].answer is mc.Answer.PROVED and steps["kkt", None].claims == ("kkt",)
    assert steps["global", None].words and steps["global", 1].layer == 1
    assert str(result.account).startswith("a local optimum\n")
    assert dead_neuron.certify(seed=1).certificate == result.certificate


def test_topics_are_asked_alone(dead_neuron):
    result = dead_neuron.certify(["kkt"])
    assert result.verdict is mc.Verdict.KKT and result.decided
    assert {claim.name for claim in result.certificate.claims} == {"feasible", "kkt"}
    assert dead_neuron.certify("kkt").certificate == result.certificate
    with pytest.raises(ValueError, match="topics: expected hypotheses, .*found .fame"):
        dead_neuron.certify(["fame"])


@pytest.mark.parametrize("limit", [-1, float("nan"), float("inf")])
def test_a_time_limit_is_a_number_of_seconds(dead_neuron, limit):
    with pytest.raises(ValueError, match="time_limit"):
        dead_neuron.certify(time_limit=limit)


def test_what_is_left_open_is_told(slow):
    result = slow.certify(time_limit=0)
    assert not result.decided and result.account.open
    assert all(result.certificate.check())
    with pytest.raises(mc.Undecided, match="undecided") as caught:
        result.require_decided()
    assert caught.value.account == result.account


def test_other_threads_go_on(slow):
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.01):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        slow.certify(time_limit=0.5)
    finally:
        done.set()
        thread.join()
    assert len(ticks) > 10


def test_progress_is_told_and_an_exception_in_it_ends_the_search(slow):
    told = []
    slow.certify(time_limit=0.5, progress=told.append)
    assert len(told) >= 3 and told == sorted(told) and told[-1] < 5

    class Enough(Exception):
        pass

    def raising(seconds):
        raise Enough(f"after {seconds} s")

    start = time.monotonic()
    with pytest.raises(Enough):
        slow.certify(time_limit=60, progress=raising)
    assert time.monotonic() - start < 5
    with pytest.raises(TypeError, match="progress"):
        slow.certify(progress=5)


SCRIPT = """
import signal, sys
# What was started in the background ignores Ctrl-C, and so do its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {tests!r})
import conftest, margincert as mc
slow = conftest.slow.__wrapped__() if hasattr(conftest.slow, "__wrapped__") else conftest.slow._fixture_function()
print("ready", flush=True)
try:
    slow.certify(time_limit=None)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(7)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_the_search_within_a_second():
    script = SCRIPT.format(tests=os.path.dirname(__file__))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.7)
        assert process.poll() is None, "the search is still on"
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[0] == "interrupted\n"
        # On a busy machine a second is shared with others.
        assert time.monotonic() - start < 4
        assert process.returncode == 7
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Screen:
    """Stands for a notebook's display."""

    def __init__(self):
        self.lines = []

    def display(self, data, raw):
        assert raw and not self.lines
        self.lines.append(data["text/plain"])

    def update(self, data, raw):
        assert raw and self.lines
        self.lines.append(data["text/plain"])


def test_a_notebook_is_told_of_what_takes_long_and_the_line_goes(slow, dead_neuron, monkeypatch):
    from margincert import progress

    screen = Screen()
    monkeypatch.setattr(progress, "_notebook_display", lambda: screen)
    monkeypatch.setattr(progress, "PATIENCE", 0.1)
    slow.certify(time_limit=0.6)
    assert len(screen.lines) >= 2 and screen.lines[0].endswith("s of at most 1 s") and screen.lines[-1] == ""
    screen.lines.clear()
    with pytest.raises(mc.HuntError):
        mc.explore("kkt -> fame")
    assert screen.lines == []
