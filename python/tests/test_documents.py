"""Networks, instances and certificates as objects."""

import copy
import json
import pickle
from fractions import Fraction

import pytest

import margincert as mc
from conftest import PROOFS


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_every_certificate_comes_back_equal_from_its_parts(path):
    read = mc.Certificate.read(path)
    instance = mc.Instance(
        read.network, read.X, read.y, read.theta, field=read.field, title=read.title, source=read.source
    )
    made = mc.Certificate(instance, read.claims)
    assert made == read and hash(made) == hash(read) and made.to_text() == read.to_text()
    assert mc.Certificate.from_dict(read.to_dict()) == read
    assert mc.Certificate.parse(read.to_text()) == read
    from_evidence = [mc.Claim(claim.name, claim.layer, **claim.evidence) for claim in read.claims]
    assert from_evidence == list(read.claims) and mc.Certificate(instance, from_evidence) == read
    assert pickle.loads(pickle.dumps(read)) == read
    assert all(read.check())


def test_there_are_certificates():
    assert len(PROOFS) > 100


def objects(dead_neuron):
    result = dead_neuron.certify()
    certificate = result.certificate
    field = mc.Field([-2, 0, 1], (1, 2))
    return [
        dead_neuron, dead_neuron.network, dead_neuron.network.layers[0], result, result.account, result.verdict, certificate,
        *certificate.claims, *certificate.check(), mc.leaky_relu("1/3"), field, field(1, 2), mc.Rejected("why", "kkt", 2, 1, "f"),
    ]  # fmt: skip


def test_objects_are_values(dead_neuron):
    for one in objects(dead_neuron):
        for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
            assert other == one and hash(other) == hash(one) and type(other) is type(one)
            assert repr(other) == repr(one) and len(repr(one)) < 300
    kinds = objects(dead_neuron)
    assert all((a == b) == (a is b) for a in kinds for b in kinds if type(a) is not type(b))


def test_exceptions_are_values(dead_neuron):
    net = dead_neuron.network
    errors = [mc.FormatError("what", "theta[0]", 1, 2, "f.json"), mc.UnsupportedModel("what", "0"), mc.NoClaims("none")]
    errors.append(mc.Undecided(dead_neuron.certify().account))
    for error in errors:
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error) and again.__dict__ == error.__dict__
    assert str(errors[0]) == "f.json: line 1, column 2: theta[0]: what"
    assert net.depth == 2


def test_an_instance_differs_from_a_certificate(dead_neuron):
    bare = mc.Certificate(dead_neuron, [])
    assert bare != dead_neuron and bare.instance == dead_neuron
    with pytest.raises(mc.NoClaims, match="nothing to check"):
        bare.check()
    with pytest.raises(mc.NoClaims):
        bare.explain()
    certificate = dead_neuron.certify().certificate
    assert certificate.instance == dead_neuron and mc.Instance.parse(certificate.to_text()) == dead_neuron


def test_files_are_not_overwritten_unasked(dead_neuron, tmp_path):
    path = tmp_path / "a.json"
    dead_neuron.save(path)
    assert mc.read(path) == dead_neuron and isinstance(mc.read(path), mc.Instance)
    certificate = dead_neuron.certify().certificate
    with pytest.raises(FileExistsError):
        certificate.save(path)
    certificate.save(path, overwrite=True)
    assert mc.read(path) == certificate and isinstance(mc.read(path), mc.Certificate)


NET = mc.Network(3, [mc.Layer.convolution([[0, 1], [1, 2]], 2, mc.leaky_relu("1/2")), mc.Layer.dense(1)])
X, Y, THETA = [[1, 2, 3], [3, 2, 1]], [1, -1], [[[1, 2], [3, 4]], [[1, -1, 1, -1]]]


def test_parameters_are_given_in_their_shape_or_flat():
    instance = mc.Instance(NET, X, Y, THETA)
    assert instance == mc.Instance(NET, X, Y, [[1, 2, 3, 4], [1, -1, 1, -1]])
    assert instance.theta == (((1, 2), (3, 4)), ((1, -1, 1, -1),))
    numpy = pytest.importorskip("numpy")
    assert instance == mc.Instance(NET, numpy.array(X), numpy.array(Y), [numpy.array(layer) for layer in THETA])
    assert instance == mc.Instance(NET, numpy.array(X), numpy.array([[1.0], [-1.0]]), [numpy.array(layer).ravel() for layer in THETA])


@pytest.mark.parametrize(
    "change, place, words",
    [
        ({"X": [[1, 2, 3], [3, 2]]}, "X[1]", "2 numbers; the network has 3 inputs"),
        ({"X": [1, 2]}, "X[0]", "expected a list"),
        ({"X": 5}, "X", "expected a list"),
        ({"X": [], "y": []}, "data", "at least one sample"),
        ({"y": [1]}, "y", "expected one label per sample, that is 2, found 1"),
        ({"y": [1, 0]}, r"y[1]", r"found 0; for labels 0 and 1 give 2 \* y - 1"),
        ({"y": [1, 2]}, "y[1]", "a label is 1 or -1, found 2"),
        ({"y": [1, "1"]}, "y[1]", "a label is 1 or -1"),
        ({"y": [True, False]}, "y[0]", "found True; for labels"),
        ({"theta": THETA[:1]}, "theta", "expected one array per layer, that is 2, found 1"),
        ({"theta": [[[1, 2]], THETA[1]]}, "theta[0]", "1 x 2 numbers; the layer has 2 x 2, or a flat list of 4"),
        ({"theta": [[[1, 2], [3]], THETA[1]]}, "theta[0]", "2 x 1 or 2 numbers"),
        ({"theta": [[1, 2, 3], THETA[1]]}, "theta[0]", "3 numbers; the layer has 2 x 2"),
        ({"theta": [[[1, 2], [3, None]], THETA[1]]}, "theta[0][1][1]", "exact number"),
        ({"network": "dense"}, "network", "expected a Network"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(change, place, words):
    arguments = {"network": NET, "X": X, "y": Y, "theta": THETA, **change}
    with pytest.raises(mc.FormatError, match=words) as caught:
        mc.Instance(**arguments)
    assert caught.value.place == place and caught.value.line is None


@pytest.mark.parametrize(
    "make, place, words",
    [
        (lambda: mc.Network(0, [mc.Layer.dense(1)]), "inputs", "at least one input"),
        (lambda: mc.Network(2, []), "layers", "at least one layer"),
        (lambda: mc.Network(2, [mc.Layer.dense(1, "relu")]), "layers", "must be linear"),
        (lambda: mc.Network.dense(2, 3), "layers", "3 outputs; it must have exactly 1"),
        (lambda: mc.Network(2, [mc.Layer.convolution([[0, 2]])]), "layers[0].patches[0]", "names input 2"),
        (lambda: mc.Network.convolution(2, [[0], [0, 1]]), "layers[0].patches[1]", "the first has 1"),
        (lambda: mc.Network.template([[0, 2]]), "layers[0].entries", "never parameter 1"),
        (lambda: mc.Network.template([[0], [0, 1]], [[0, 1]]), "layers[0].entries[1]", "2 entries"),
        (lambda: mc.Network(10**9, [mc.Layer.dense(10**9)]), "inputs", "the limit is"),
        (lambda: mc.Network(2, [3]), "layers[0]", "expected a Layer"),
        (lambda: mc.Layer("round"), "weights", "expected dense"),
        (lambda: mc.Layer("dense"), "outputs", "is missing"),
        (lambda: mc.Layer("diagonal", outputs=2), "outputs", "is of no use"),
        (lambda: mc.Layer.dense(-1), "outputs", "0 or more"),
        (lambda: mc.Layer.dense(1.5), "outputs", "integer"),
        (lambda: mc.Layer.dense(2, "tanh"), "activation", "not homogeneous"),
        (lambda: mc.leaky_relu(0.1), "slope", "is a float"),
    ],
)
def test_layers_that_make_no_network_are_refused(make, place, words):
    with pytest.raises(mc.FormatError, match=words) as caught:
        make()
    assert caught.value.place == place


def test_networks_know_their_shapes():
    assert NET.widths == (3, 4, 1) and NET.shapes == ((2, 2), (1, 4)) and NET.parameter_counts == (4, 4)
    assert mc.Network.diagonal(3, 3).shapes == ((3,), (3,), (1, 3))
    assert mc.Network.template([[0, None], [1, 0]], [[0, 1]]).shapes == ((2,), (2,))
    assert mc.Layer("dense", "relu", outputs=2) == mc.Layer.dense(2, "relu")
    assert mc.Layer("dense", {"leaky_relu": "1/2"}, outputs=2) == mc.Layer.dense(2, mc.leaky_relu(Fraction(1, 2)))
    assert "sigma" in NET._repr_latex_() and NET._repr_latex_().count("{") == NET._repr_latex_().count("}")


def test_text_that_is_no_document_is_refused_with_its_place():
    with pytest.raises(mc.FormatError) as caught:
        mc.Certificate.parse('{"format": "margincert/1",\n "network": 5}')
    assert (caught.value.line, caught.value.column, caught.value.place) == (2, 13, "network")
    with pytest.raises(mc.FormatError, match="not JSON"):
        mc.Certificate.parse("{")
    with pytest.raises(mc.FormatError, match="float"):
        mc.Certificate.from_dict({**json.loads(PROOFS[0].read_text()), "point": [[0.5]]})


def test_a_file_that_cannot_be_read_is_an_error_of_the_system(tmp_path):
    for read in (mc.Certificate.read, mc.Instance.read, mc.read, mc.check):
        with pytest.raises(FileNotFoundError, match="nowhere.json"):
            read(tmp_path / "nowhere.json")
    with pytest.raises(IsADirectoryError):
        mc.read(tmp_path)
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff")
    with pytest.raises(mc.FormatError, match="UTF-8") as caught:
        mc.read(bad)
    assert caught.value.file == str(bad)
