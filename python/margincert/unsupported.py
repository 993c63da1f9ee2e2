"""What is no homogeneous network, and what can be done about it."""

from __future__ import annotations

BIASES = (
    "has a bias, which makes the network inhomogeneous; certificates are about networks without biases. Train without it (bias=False), or, for a "
    "bias in the first layer, give the samples a constant input: append a 1 to every x and the bias as a column to the weights"
)


def advice(kind: str) -> str:
    """What to do about a module of this kind."""
    if "Norm" in kind:
        return (
            f"is a {kind}; normalisation makes the network inhomogeneous. After training, fold its scale into the layer before; "
            "its shift is a bias, which there must not be"
        )
    if kind in ("GELU", "SiLU", "Sigmoid", "Tanh", "ELU", "SELU", "Softplus", "Mish", "Hardtanh", "ReLU6", "PReLU", "Softmax"):
        return f"is a {kind}; certificates are about linear, ReLU and leaky ReLU units, which are homogeneous: train with one of these"
    return f"is a {kind}; known are Linear, Conv1d, Conv2d, ReLU, LeakyReLU, Identity and Flatten in a Sequential"
