"""Exact certificates about KKT points of the max-margin problem of small homogeneous networks.

>>> import margincert as mc
>>> net = mc.Network.dense(2, 2, 1, activation="relu")
>>> theta = [[["4/5", "3/5"], ["-4/5", "3/5"]], [[1, 1]]]
>>> instance = mc.Instance(net, [["4/5", "3/5"], ["-4/5", "3/5"]], [1, 1], theta)
>>> result = instance.certify()
>>> result.verdict
<Verdict.LOCAL_OPTIMUM: 'local_optimum'>
>>> all(result.certificate.check())
True

Every claim of a certificate carries evidence from which it is confirmed by exact arithmetic, in the rationals or a real number field: no
floating point, no tolerance, no solver, no search. See the guide for Python users, docs/python.md.
"""

from ._core import VERSION as __version__
from .account import Account, Answer, Result, Step, Verdict
from .claims import Accepted, Claim
from .documents import Certificate, Instance
from .errors import (
    DatabaseError,
    FormatError,
    HuntError,
    MargincertError,
    NoClaims,
    Rejected,
    Undecided,
    UnsupportedModel,
)
from .exact import Field, FieldElement
from .hunts import Counts, Ended, Find, Hunt, HuntVerdict, Progress, explore, merge
from .models import from_arrays, load
from .network import Layer, LeakyRelu, Network, leaky_relu
from .polishing import Direction, EnclosedPoint, HiddenLayer, Polished, Standing, polish
from .reports import atlas, check, explain, read, table
from .torch_models import from_torch

__all__ = [
    "Accepted",
    "Account",
    "Answer",
    "Certificate",
    "Claim",
    "Counts",
    "DatabaseError",
    "Direction",
    "EnclosedPoint",
    "Ended",
    "Field",
    "FieldElement",
    "Find",
    "FormatError",
    "HiddenLayer",
    "Hunt",
    "HuntError",
    "HuntVerdict",
    "Instance",
    "Layer",
    "LeakyRelu",
    "MargincertError",
    "Network",
    "NoClaims",
    "Polished",
    "Progress",
    "Rejected",
    "Result",
    "Standing",
    "Step",
    "Undecided",
    "UnsupportedModel",
    "Verdict",
    "__version__",
    "atlas",
    "check",
    "explain",
    "explore",
    "from_arrays",
    "from_torch",
    "leaky_relu",
    "load",
    "merge",
    "polish",
    "read",
    "table",
]
