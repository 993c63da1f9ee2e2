"""Checking: what is accepted, what is rejected, how fast, and without a leak."""

import gc
import json
import time
from pathlib import Path

import pytest

import margincert as mc
from conftest import PROOFS, ROOT

SMALL = {
    "format": "margincert/1",
    "network": {"inputs": 1, "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}]},
    "data": [{"x": ["1/2"], "y": 1}],
    "point": [["2"]],
    "claims": [{"claim": "kkt", "multipliers": ["4"]}, {"claim": "kkt", "multipliers": ["3"], "layer": 0}],
}


def test_a_verdict_a_claim():
    good, bad = mc.check(SMALL)
    assert good == mc.Accepted("kkt", 0) and good
    assert isinstance(bad, mc.Rejected) and not bad
    assert (bad.claim, bad.layer, bad.index, bad.place) == ("kkt", 0, 1, "claims[1]")
    assert "stationarity fails at parameter 0 of layer 0: the point has 2, the multipliers give 3/2" in bad.reason
    certificate = mc.Certificate.from_dict(SMALL)
    with pytest.raises(mc.Rejected) as caught:
        certificate.require_accepted()
    assert caught.value == bad


def test_whatever_holds_a_certificate_is_checked(tmp_path):
    text = json.dumps(SMALL)
    path = tmp_path / "a" / "small.json"
    path.parent.mkdir()
    path.write_text(text)
    expected = mc.check(SMALL)
    assert mc.check(text) == mc.check(mc.Certificate.parse(text)) == expected
    for place in (str(path), path, tmp_path):
        found = mc.check(place)
        assert [bool(verdict) for verdict in found] == [True, False]
        assert all(verdict.file == str(path) for verdict in found)
    assert mc.check([SMALL, text]) == expected * 2
    for nothing in (5, None):
        with pytest.raises(TypeError):
            mc.check(nothing)
    with pytest.raises(ValueError):
        mc.check([])
    with pytest.raises(FileNotFoundError, match="no certificate"):
        (tmp_path / "empty").mkdir()
        mc.check(tmp_path / "empty")
    with pytest.raises(mc.NoClaims):
        mc.check({**SMALL, "claims": []})


def test_all_that_ships_is_accepted():
    verdicts = mc.check(ROOT / "proofs")
    assert all(verdicts) and len({verdict.file for verdict in verdicts}) == len(PROOFS)


def test_what_ships_is_rejected_once_it_is_changed():
    for path in PROOFS:
        described = json.loads(path.read_text())
        described["data"][0]["y"] *= -1
        # The margin of a sample does not matter to what is said of another one, or of no margin at all.
        matters = {claim["claim"] for claim in described["claims"]} - {"infeasible", "nonzero_weights", "nonzero_inputs"}
        assert all(mc.check(described)) == (not matters), path


def resident() -> int:
    """Bytes of this process in memory."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return 1024 * int(line.split()[1])
    raise AssertionError("no VmRSS")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_hundred_thousand_checks_leave_nothing_in_memory():
    certificate, text = mc.Certificate.from_dict(SMALL), json.dumps(SMALL)

    def round_of(count):
        for _ in range(count):
            certificate.check()
            mc.check(text)
        gc.collect()
        return resident()

    before = round_of(5_000)
    after = round_of(50_000)
    assert after - before < 2 << 20, f"{after - before} bytes more after 100,000 checks"


def test_ten_thousand_checks_take_less_than_a_second():
    certificate = mc.Certificate.from_dict({**SMALL, "claims": SMALL["claims"][:1]})
    certificate.check()
    # The best of some: other processes may want the processor too.
    rates = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(2_000):
            certificate.check()
        rates.append(2_000 / (time.process_time() - start))
    assert max(rates) > 10_000, f"{max(rates):.0f} checks a second"


def test_a_certificate_is_told_from_those_about_other_instances():
    # Of every folder some: each pair is compared.
    certificates = [mc.Certificate.read(path) for path in PROOFS[::9]]
    for certificate in certificates:
        about = [other for other in certificates if other.difference(certificate) is None]
        assert certificate in about
        for other in certificates:
            parts = [[described.get(part) for part in ("field", "network", "data", "point")] for described in (other.to_dict(), certificate.to_dict())]
            assert (other in about) == (parts[0] == parts[1]), (other.title, certificate.title)
