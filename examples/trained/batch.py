"""Training for many networks of depth 2 at once, the way of train.py. Needs numpy alone."""
import numpy as np


def outputs(X, W, v, slopes):
    """What networks of hidden slopes 1 and `slopes` compute: their units' slopes and outputs, and theirs."""
    Z = X @ W.transpose(0, 2, 1)
    D = np.where(Z > 0, 1.0, slopes)
    H = D * Z
    return D, H, (H @ v[:, :, None])[:, :, 0]


def descend(X, y, W, v, slopes, step, rate):
    """A step: X (runs, samples, inputs), y (runs, samples), W (runs, width, inputs), v (runs, width); samples with the label 0 do not count.

    Gives the new weights, and the least margins and squared norms of those before.
    """
    D, H, out = outputs(X, W, v, slopes)
    margins = np.where(y != 0, y * out, np.inf)
    squared = (W**2).sum((1, 2)) + (v**2).sum(1)
    beta = min(1 + step * 0.05, 3000) / squared * 2
    p = np.exp(-beta[:, None] * (margins - margins.min(1, keepdims=True)))
    c = p / p.sum(1, keepdims=True) * y
    gW = (D * c[:, :, None]).transpose(0, 2, 1) @ X * v[:, :, None]
    gv = (H.transpose(0, 2, 1) @ c[:, :, None])[:, :, 0]
    W, v = W + rate * gW, v + rate * gv
    shrink = np.minimum(1, 3 / np.sqrt((W**2).sum((1, 2)) + (v**2).sum(1)))
    return W * shrink[:, None, None], v * shrink[:, None], margins.min(1), squared
