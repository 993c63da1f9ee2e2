"""The prover, what it tells, and how it is ended."""

import os
import threading
import time

import pytest

import margincert as mc
from conftest import interrupt


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


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_the_search_within_a_second():
    setup = f"import sys; sys.path.insert(0, {os.path.dirname(__file__)!r}); import conftest; slow = conftest.slow_instance()"
    interrupt(setup, "slow.certify(time_limit=None)", after=0.7)


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
