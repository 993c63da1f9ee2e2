"""From trained models: arrays, PyTorch, files."""

import json
import struct
from fractions import Fraction

import pytest

import margincert as mc

W1, W2 = [[0.5, 0.25], [1.0, -1.0]], [[1.0, 2.0]]
X, Y = [[1, 2], [2, -1]], [1, -1]


def expected(**options):
    return mc.Instance(mc.Network.dense(2, 2, 1), X, Y, [W1, W2], exact=True, **options)


def test_matrices_make_a_dense_network():
    assert mc.from_arrays([W1, W2], X, Y, exact=True) == expected()
    assert mc.from_arrays([W1, W2[0]], X, Y, exact=True) == expected()
    leaky = mc.from_arrays([W1, W2], X, Y, exact=True, activation=mc.leaky_relu("1/10"), title="t")
    assert leaky.network.layers[0].activation == mc.LeakyRelu(Fraction(1, 10)) and leaky.title == "t"
    assert mc.from_arrays([[[0.1, 0.3]]], X, Y, limit_denominator=10).theta == (((Fraction(1, 10), Fraction(3, 10)),),)
    numpy = pytest.importorskip("numpy")
    arrays = [numpy.array(W1, dtype=numpy.float32), numpy.array(W2)]
    assert mc.from_arrays(arrays, numpy.array(X, dtype=float), numpy.array(Y, dtype=float), exact=True) == expected()


@pytest.mark.parametrize(
    "weights, place, words",
    [
        ([W1, [[1.0, 2.0, 3.0]]], "weights[1]", "1 x 3 numbers; the layer before has 2 outputs"),
        ([W1, [[1.0], [2.0]]], "weights[1]", r"looks transposed, give weights\[1\].T"),
        ([[[1.0, 2.0], [3.0]], W2], "weights[0]", r"rows of the lengths \[1, 2\]"),
        ([], "weights", "at least one matrix"),
        ([W1], "layers", "2 outputs; it must have exactly 1"),
        ([[[1.0, float("nan")]]], "theta[0][0][1]", "nan is no number"),
    ],
)
def test_matrices_that_do_not_fit_are_refused(weights, place, words):
    with pytest.raises(mc.FormatError, match=words) as caught:
        mc.from_arrays(weights, X, Y, exact=True)
    assert caught.value.place == place


def test_floats_are_refused_unless_one_says_how_to_read_them():
    with pytest.raises(mc.FormatError, match="exact=True"):
        mc.from_arrays([W1, W2], X, Y)


def test_archives_of_numpy_are_read(tmp_path):
    numpy = pytest.importorskip("numpy")
    path = tmp_path / "model.npz"
    numpy.savez(path, **{"10.weight": W2, "2.weight": W1, "X": X, "y": Y})
    assert mc.load(path, exact=True) == expected()
    assert mc.load(str(path), X[:1], Y[:1], exact=True).X == ((1, 2),)
    numpy.savez(path, **{"0.weight": W1, "0.bias": [1.0, 2.0], "1.weight": W2})
    with pytest.raises(mc.UnsupportedModel, match="constant input") as caught:
        mc.load(path, X, Y, exact=True)
    assert caught.value.module == "0.bias"
    numpy.savez(path, kernel=numpy.zeros((2, 2, 2)))
    with pytest.raises(mc.UnsupportedModel, match="convolution"):
        mc.load(path, X, Y, exact=True)
    numpy.savez(path, W1=W1)
    with pytest.raises(mc.FormatError, match="holds no samples"):
        mc.load(path)
    numpy.savez(path, w=numpy.array([{}], dtype=object))
    with pytest.raises(mc.FormatError, match="cannot be read as .npz"):
        mc.load(path, X, Y)


@pytest.mark.parametrize("name", ["model.npz", "model.safetensors", "model.pt"])
def test_what_is_no_file_of_weights_is_refused(name, tmp_path):
    pytest.importorskip("numpy")
    with pytest.raises((FileNotFoundError, mc.FormatError)):
        mc.load(tmp_path / name, X, Y)
    for content in (b"", b"PK\x03\x04rubbish", b"\xff" * 100, struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 2) + b"{}"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(mc.FormatError) as caught:
            mc.load(tmp_path / name, X, Y)
        assert caught.value.file == str(tmp_path / name)


def safetensors(**arrays) -> bytes:
    """A file of the format, by its specification."""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, (kind, shape, data) in arrays.items():
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def test_safetensors_are_read(tmp_path):
    path = tmp_path / "model.safetensors"
    arrays = {
        "net.2.weight": ("F64", [1, 2], struct.pack("<2d", *W2[0])),
        "net.0.weight": ("F32", [2, 2], struct.pack("<4f", *W1[0], *W1[1])),
        "X": ("I64", [2, 2], struct.pack("<4q", *X[0], *X[1])),
        "y": ("I8", [2], struct.pack("<2b", *Y)),
    }
    path.write_bytes(safetensors(**arrays))
    assert mc.load(path, exact=True) == expected()
    arrays["net.0.weight"] = ("F16", [2, 2], struct.pack("<4e", *W1[0], *W1[1]))
    path.write_bytes(safetensors(**arrays))
    assert mc.load(path, exact=True) == expected()
    halves = b"".join(struct.pack("<f", number)[2:] for number in (*W1[0], *W1[1]))
    path.write_bytes(safetensors(**{**arrays, "net.0.weight": ("BF16", [2, 2], halves)}))
    assert mc.load(path, exact=True) == expected()
    for bad in (("F8", [2, 2], bytes(4)), ("F32", [2, 3], bytes(16)), ("F32", "ab", bytes(16))):
        path.write_bytes(safetensors(**{**arrays, "net.0.weight": bad}))
        with pytest.raises(mc.FormatError) as caught:
            mc.load(path, exact=True)
        assert caught.value.place == "net.0.weight"


def test_models_of_torch_are_read():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sequential(nn.LeakyReLU(0.1), nn.Identity()), nn.Linear(2, 1, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor(W1))
        model[2].weight.copy_(torch.tensor(W2))
    instance = mc.from_torch(model, torch.tensor(X), torch.tensor(Y), exact=True)
    assert instance == mc.from_arrays([W1, W2], X, Y, activation=mc.leaky_relu("1/10"), exact=True)


def test_convolutions_of_torch_compute_the_same():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    nn = torch.nn
    torch.manual_seed(0)
    models = [
        (nn.Sequential(nn.Conv1d(1, 2, 3, stride=2, bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(6, 1, bias=False)), (1, 7)),
        (nn.Sequential(nn.Conv2d(2, 3, (2, 3), dilation=(2, 1), bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(18, 1, bias=False)), (2, 4, 5)),
    ]  # fmt: skip
    for model, shape in models:
        model = model.double()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.randint(-4, 5, parameter.shape))
        x = torch.randint(-3, 4, (6, *shape)).double()
        outputs = model(x).flatten().tolist()
        kept = [place for place, output in enumerate(outputs) if output]
        y = [1 if outputs[place] > 0 else -1 for place in kept]
        instance = mc.from_torch(model, x[kept], y, exact=True)
        # The library tells the margin of the sample that violates its constraint: after scaling, each in turn.
        for place, label in zip(kept, y):
            single = mc.from_torch(model, x[[place]], [-label], exact=True)
            words = single.certify(["kkt"]).account.steps[0].words[0]
            assert words.startswith(f"sample 0 has margin {int(-abs(outputs[place]))},")
        assert len(instance.X) == len(kept)


@pytest.mark.parametrize(
    "make, module, words",
    [
        (lambda nn: nn.Sequential(nn.Linear(2, 1)), "0", "append a 1 to every x"),
        (lambda nn: nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2), nn.Linear(2, 1, bias=False)), "1", "fold its scale"),
        (lambda nn: nn.Sequential(nn.Linear(2, 2, bias=False), nn.GELU(), nn.Linear(2, 1, bias=False)), "1", "homogeneous: train with"),
        (lambda nn: nn.Sequential(nn.Linear(2, 2, bias=False), nn.MaxPool1d(2)), "1", "known are Linear"),
        (lambda nn: nn.Sequential(nn.Linear(3, 1, bias=False)), "0", "reads 3 inputs, but there are 2"),
        (lambda nn: nn.Sequential(nn.Linear(2, 1, bias=False), nn.ReLU()), "", "leave out the last activation"),
        (lambda nn: nn.Sequential(nn.Identity()), "", "no layer with weights"),
        (lambda nn: nn.Sequential(nn.Linear(2, 2, bias=False), nn.Dropout(), nn.Linear(2, 1, bias=False)), "1", "call model.eval"),
        (lambda nn: nn.TransformerEncoderLayer(2, 1), "", "its parts is not known"),
        (lambda nn: nn.Sequential(nn.Conv1d(1, 2, 2, bias=False), nn.Linear(1, 1, bias=False)), "1", "put a Flatten before"),
        (lambda nn: nn.Sequential(nn.Flatten(0), nn.Linear(2, 1, bias=False)), "0", "without arguments"),
        (lambda nn: nn.Sequential(nn.Conv1d(1, 1, 2, padding=1, bias=False)), "0", "pad the samples"),
    ],
)  # fmt: skip
def test_what_is_no_homogeneous_network_is_refused_with_advice(make, module, words):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    with pytest.raises(mc.UnsupportedModel, match=words) as caught:
        mc.from_torch(make(torch.nn), X, Y, exact=True)
    assert caught.value.module == module


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match="expected a torch.nn.Module"):
        mc.from_torch([W1, W2], X, Y)
