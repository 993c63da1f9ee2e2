"""From trained networks to exact KKT points."""

import time

import pytest

import margincert as mc

W = [[[0.79, 0.6], [-0.7, 0.61]], [[1.0, -0.98]]]
X, Y = [[0.8, 0.6], [-0.8, 0.7]], [1, -1]


def test_a_trained_network_is_near_an_exact_point():
    polished = mc.polish(W, X, Y)
    assert polished.verdict is mc.Standing.GLOBAL_OPTIMUM and polished.reason is None
    assert all(polished.certificate.check())
    point = polished.point
    # Each unit alone holds one sample, so that by hand the norm is known: each side costs the reciprocal of its sample's length.
    by_hand = sum(1 / (a * a + b * b) ** 0.5 for a, b in X)
    assert point.half_norm_squared == pytest.approx(by_hand, rel=1e-12)
    assert set(point.active) == {0, 1} and not point.dead and len(point.directions) == 2
    assert 0 < point.distance < 1e-9 and point.moved > 1e-3
    assert "GLOBAL OPTIMUM" in str(polished) and "GLOBAL" in polished._repr_html_() and "global" in repr(polished)
    numpy = pytest.importorskip("numpy")
    arrays = [numpy.array(matrix) for matrix in W]
    assert mc.polish(arrays, numpy.array(X), numpy.array(Y)).certificate == polished.certificate


def test_a_polished_certificate_comes_back_from_its_parts():
    certificate = mc.polish(W, X, Y).certificate
    assert mc.Certificate(certificate.instance, certificate.claims) == certificate
    again = [mc.Claim(claim.name, claim.layer, **claim.evidence) for claim in certificate.claims]
    assert again == list(certificate.claims)
    wrong = certificate.to_dict()
    wrong["data"][0]["y"] = -1
    assert not all(mc.check(wrong))


def test_what_cannot_be_enclosed_is_told():
    # A sample that is there twice can share its multiplier in any way.
    twice = mc.polish(W, [X[0], *X], [1, *Y])
    assert twice.verdict is mc.Standing.NOT_ENCLOSED and twice.point is None and "singular" in twice.reason
    assert twice.certificate is None or all(twice.certificate.check())


def test_a_deeper_network_is_enclosed_by_its_parameters():
    deep = mc.polish([W[0], [[1.0, 0.0], [0.0, 1.0]], W[1]], X, Y)
    assert deep.verdict is mc.Standing.LOCAL_OPTIMUM and deep.reason is None
    assert all(deep.certificate.check()) and deep.certificate.claims[0].name == "kkt_enclosed"
    point = deep.point
    assert [layer.width for layer in point.layers] == [2, 2] and not point.directions
    assert point.optimal_layers == (0, 1, 2)
    assert "exactly 0" not in str(deep) and all(len(layer.live) == 2 for layer in point.layers) and set(point.active) == {0, 1}
    # Each sample has a path of its own, so that the norm is known by hand: the least of three factors with a given product.
    by_hand = sum(1.5 * (a * a + b * b) ** (-1 / 3) for a, b in X)
    assert point.half_norm_squared == pytest.approx(by_hand, rel=1e-9)


FILTER = mc.Network.convolution(4, [[0, 1], [2, 3]])
TAPS, PATCHES = [[[0.9, 0.1]], [[0.8, -0.8]]], [[1, 0.5, -1, 0.2], [-1, 0.3, 1, 0.6]]


def test_a_network_that_is_not_dense_is_enclosed_too():
    polished = mc.polish(TAPS, PATCHES, Y, network=FILTER)
    assert polished.verdict is mc.Standing.LOCAL_OPTIMUM and all(polished.certificate.check())
    assert polished.certificate.instance.network == FILTER and [layer.width for layer in polished.point.layers] == [2]
    assert polished.point.half_norm_squared > 0 and polished.point.optimal_layers == (0, 1)
    with pytest.raises(mc.UnsupportedModel, match="does not separate"):
        mc.polish(TAPS, PATCHES, [-1, 1], network=FILTER)
    with pytest.raises(mc.FormatError):
        mc.polish(TAPS[:1], PATCHES, Y, network=FILTER)


@pytest.mark.parametrize(
    "change, error, words",
    [
        ({"y": [-1, 1]}, mc.UnsupportedModel, "does not separate"),
        ({"y": [1, 1]}, mc.UnsupportedModel, "."),
        ({"y": [1, 0]}, mc.FormatError, "for labels 0 and 1"),
        ({"y": [1]}, mc.FormatError, "expected one label per sample, that is 2, found 1"),
        ({"X": [[0.8], [0.7]]}, mc.UnsupportedModel, "sample 0 has 1 inputs"),
        ({"X": [[float("nan"), 1.0], [0.7, 1.0]]}, mc.FormatError, "nan is no number"),
        ({"model": [[[float("inf"), 1.0]], [[1.0]]]}, mc.FormatError, "inf is no number"),
        ({"model": [W[0], [[1.0]]]}, mc.FormatError, "the layer before has 2 outputs"),
        ({"model": W[0]}, mc.FormatError, "weights"),
        ({"model": 5}, mc.FormatError, "expected a list of matrices"),
        ({"time_limit": -1}, ValueError, "time_limit"),
    ],
)
def test_what_cannot_be_polished_is_refused(change, error, words):
    with pytest.raises(error, match=words):
        mc.polish(**{"model": W, "X": X, "y": Y, **change})


def test_an_exception_in_progress_ends_it():
    numpy = pytest.importorskip("numpy")
    random = numpy.random.default_rng(0)
    inputs = random.normal(size=(120, 40))
    first, last = random.normal(size=(60, 40)), random.normal(size=(1, 60))
    labels = numpy.sign(numpy.maximum(inputs @ first.T, 0) @ last[0])

    class Enough(Exception):
        pass

    def enough(seconds):
        raise Enough

    start = time.monotonic()
    with pytest.raises(Enough):
        mc.polish([first, last], inputs, labels, progress=enough, time_limit=30)
    assert time.monotonic() - start < 5


def test_a_model_of_torch_is_polished():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Linear(2, 1, bias=False)).double()
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor(W[0], dtype=torch.float64))
        model[2].weight.copy_(torch.tensor(W[1], dtype=torch.float64))
    inputs = torch.tensor(X, dtype=torch.float64)
    assert mc.polish(model, inputs, torch.tensor(Y)).certificate == mc.polish(W, X, Y).certificate
    with pytest.raises(mc.UnsupportedModel, match="append a 1"):
        mc.polish(nn.Sequential(nn.Linear(2, 1)), X, Y)


def test_a_convolution_of_torch_is_polished():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    model = nn.Sequential(nn.Conv1d(1, 1, 2, stride=2, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(2, 1, bias=False)).double()
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor(TAPS[0], dtype=torch.float64)[None])
        model[3].weight.copy_(torch.tensor(TAPS[1], dtype=torch.float64))
    inputs = torch.tensor(PATCHES, dtype=torch.float64)[:, None]
    assert mc.polish(model, inputs, torch.tensor(Y)).certificate == mc.polish(TAPS, PATCHES, Y, network=FILTER).certificate
