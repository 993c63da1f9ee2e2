"""Exact numbers in and out."""

from decimal import Decimal
from fractions import Fraction

import pytest

import margincert as mc

NET = mc.Network.dense(1, 1, activation="linear")


def one_weight(x, **options):
    return mc.Instance(NET, [[x]], [1], [[["2"]]], **options)


@pytest.mark.parametrize(
    "given, read",
    [
        (3, Fraction(3)),
        (-3, Fraction(-3)),
        (Fraction(1, 3), Fraction(1, 3)),
        ("22/7", Fraction(22, 7)),
        ("0.125", Fraction(1, 8)),
        ("-2/4", Fraction(-1, 2)),
        (Decimal("0.1"), Fraction(1, 10)),
        (10**40, Fraction(10**40)),
    ],
)
def test_exact_numbers_are_read_as_they_are(given, read):
    assert one_weight(given).X == ((read,),)


@pytest.mark.parametrize(
    "given, words",
    [
        (0.1, 'write "1/10"'),
        (2.0, "write 2"),
        (float("nan"), "nan is no number"),
        (float("inf"), "inf is no number"),
        (Decimal("NaN"), "NaN is no number"),
        ("1e3", "'1e3' is not a number"),
        ("1/0", "zero denominator"),
        ("", "is not a number"),
        (" 1", "is not a number"),
        ("+1", "is not a number"),
        ("1_0", "is not a number"),
        ("\u0661", "is not a number"),
        ("1" * 1001, "1000 digits"),
        (10**2000, "1000 digits"),
        (Decimal("1e2000"), "1000 digits"),
        (True, "found True"),
        (None, "of type NoneType"),
        ([1, 2], "found a list"),
        (1j, "of type complex"),
        (b"1", "of type bytes"),
    ],
)
def test_what_is_no_exact_number_is_refused_with_its_place(given, words):
    with pytest.raises(mc.FormatError, match=words.replace("'", ".")) as caught:
        one_weight(given)
    assert caught.value.place == "X[0][0]"


def test_floats_are_read_as_one_says():
    assert one_weight(0.1, exact=True).X == ((Fraction(0.1),),)
    assert one_weight(0.1, limit_denominator=100).X == ((Fraction(1, 10),),)
    for options in ({"exact": True}, {"limit_denominator": 10}):
        with pytest.raises(mc.FormatError, match="nan is no number"):
            one_weight(float("nan"), **options)
    with pytest.raises(ValueError, match="two different things"):
        one_weight(0.1, exact=True, limit_denominator=10)
    with pytest.raises(ValueError, match="1 or more"):
        one_weight(0.1, limit_denominator=0)


def test_integers_of_numpy_are_read():
    numpy = pytest.importorskip("numpy")
    for kind in (numpy.int8, numpy.int64, numpy.uint16, object):
        x = numpy.array([[1, 2], [3, 4]], dtype=kind)
        instance = mc.Instance(mc.Network.dense(2, 1), x, numpy.array([1, -1]), [numpy.array([[1, -1]])])
        assert instance.X == ((1, 2), (3, 4)) and instance.y == (1, -1)
    assert one_weight(numpy.int32(7)).X == ((7,),)
    assert one_weight(numpy.array(7)).X == ((7,),)
    assert numpy.array(one_weight("1/2").X, dtype=float).tolist() == [[0.5]]


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", "longdouble"])
def test_floats_of_numpy_are_floats(kind):
    numpy = pytest.importorskip("numpy")
    value = getattr(numpy, kind)(0.1)
    with pytest.raises(mc.FormatError, match="is a float"):
        one_weight(value)
    assert one_weight(value, exact=True).X[0][0] == Fraction(float(value))
    with pytest.raises(mc.FormatError, match="nan is no number"):
        one_weight(getattr(numpy, kind)("nan"), exact=True)


def test_other_types_of_numpy_are_refused():
    numpy = pytest.importorskip("numpy")
    for array in (numpy.array([["a"]]), numpy.array([[1j]]), numpy.array([[True]])):
        with pytest.raises(mc.FormatError):
            mc.Instance(NET, array, [1], [[[2]]])


def test_rationals_of_sympy_are_read():
    sympy = pytest.importorskip("sympy")
    assert one_weight(sympy.Rational(22, 7)).X == ((Fraction(22, 7),),)
    assert one_weight(sympy.Integer(5)).X == ((5,),)
    with pytest.raises(mc.FormatError, match="field"):
        one_weight(sympy.sqrt(2))
    with pytest.raises(mc.FormatError, match="is a float"):
        one_weight(sympy.Float("0.1"))


SQRT2 = mc.Field([-2, 0, 1], (1, 2), "sqrt2")


def test_elements_of_a_field_go_in_and_come_out():
    instance = mc.Instance(NET, [[SQRT2(0, "1/2")]], [1], [[[SQRT2(0, 1)]]], field=SQRT2)
    assert instance.X == ((SQRT2(0, Fraction(1, 2)),),) and instance.field == SQRT2
    assert instance.theta == ((((SQRT2(0, 1)),),),)
    assert instance.certify().verdict is mc.Verdict.GLOBAL_OPTIMUM
    assert mc.Instance(NET, [[[0, "1/2"]]], [1], [[[[0, 1]]]], field=SQRT2) == instance
    lower, upper = SQRT2(0, 1).enclosure(100)
    assert lower**2 <= 2 <= upper**2 and upper - lower <= Fraction(1, 2**100)
    assert float(SQRT2(0, 1)) == 2**0.5


def test_elements_of_no_field_or_another_are_refused():
    with pytest.raises(mc.FormatError, match="give field="):
        mc.Instance(NET, [[SQRT2(0, 1)]], [1], [[[1]]])
    other = mc.Field([-3, 0, 1], (1, 2))
    with pytest.raises(mc.FormatError, match="another number field") as caught:
        mc.Instance(NET, [[1]], [1], [[[other(0, 1)]]], field=SQRT2)
    assert caught.value.place == "theta[0][0][0]"
    with pytest.raises(mc.FormatError, match="no root") as caught:
        mc.Instance(NET, [[1]], [1], [[[1]]], field=mc.Field([-2, 0, 1], (2, 3)))
    assert caught.value.place == "field"
    with pytest.raises(mc.FormatError, match="expected two rationals"):
        mc.Field([-2, 0, 1], (1,))


@pytest.mark.parametrize(
    "symbol, between, printed",
    [
        ("sqrt2", (1, 2), "-3*sqrt2 + 1/2"),
        ("a", (1, 2), "-3*a + 1/2"),
        (None, (1, 2), "-3*alpha + 1/2"),
        ("2^(1/3)", (1, 2), "-3*alpha + 1/2"),
        ("sqrt3", (1, 2), "-3*alpha + 1/2"),
        ("sqrt2", (-2, -1), "-3*alpha + 1/2"),
        ("1 + 1", (1, 2), "-3*alpha + 1/2"),
        ("a", (2, 3), "-3*alpha + 1/2"),
    ],
)
def test_a_symbol_that_misleads_is_not_printed(symbol, between, printed):
    assert repr(mc.Field([-2, 0, 1], between, symbol)("1/2", -3)) == printed
