"""The condition language: what it says, what it refuses, and that unknown stays unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import Malformed
from comity.values.condition import All, Compare, Value, as_typed, condition, holds, types, unknowns, value
from comity.values.truth import Truth

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

HOLDS: dict[str, tuple[str, dict[str, object], Truth]] = {
    "equal": ("area == 'baltic'", {"area": "baltic"}, T),
    "not equal": ("area != 'baltic'", {"area": "baltic"}, F),
    "unknown attribute": ("area == 'baltic'", {}, U),
    "unknown and false is false": ("area == 'baltic' and quantity < 3", {"quantity": 5}, F),
    "unknown or true is true": ("area == 'baltic' or quantity < 9", {"quantity": 5}, T),
    "unknown or false is unknown": ("area == 'baltic' or quantity < 3", {"quantity": 5}, U),
    "not unknown is unknown": ("not area == 'baltic'", {}, U),
    "interval, its ends included": ("0 <= quantity <= 40", {"quantity": 40}, T),
    "interval, beyond": ("0 <= quantity < 40", {"quantity": 40}, F),
    "literal first": ("40 >= quantity", {"quantity": 41}, F),
    "more": ("quantity > 40", {"quantity": 41}, T),
    "membership": ("task in ['training', 'transit']", {"task": "transit"}, T),
    "no membership": ("task not in ['training', 'transit']", {"task": "transit"}, F),
    "membership unknown": ("task in ['training']", {}, U),
    "bare yes": ("armed", {"armed": True}, T),
    "bare no": ("not armed", {"armed": True}, F),
    "true and false as words": ("armed == true or armed == false", {"armed": False}, T),
    "true is not false": ("armed == true", {"armed": False}, F),
    "a truth first": ("true == armed", {"armed": True}, T),
    "no more than that": ("quantity > 40", {"quantity": 40}, F),
    "no less than that": ("quantity < 40", {"quantity": 40}, F),
    "at least": ("quantity >= 40", {"quantity": 40}, T),
    "a number with a point": ("quantity == 0.1", {"quantity": 0.1}, T),
    "fractions are exact": ("share <= 0.3", {"share": Decimal("0.1") + Decimal("0.2")}, T),
    "negative numbers": ("latitude < -51.5", {"latitude": Decimal("-51.7")}, T),
    "brackets": ("(a or b) and not c", {"a": False, "b": True, "c": False}, T),
    "a day is text in ISO form": ("day == '2004-03-29'", {"day": "2004-03-29"}, T),
    "a time is text in UTC": (
        "at == '2004-03-29T12:00Z'",
        {"at": datetime(2004, 3, 29, 14, tzinfo=timezone(timedelta(hours=2)))},
        T,
    ),
}


@pytest.mark.parametrize("case", HOLDS.values(), ids=HOLDS)
def test_a_condition_holds_does_not_or_cannot_tell(case: tuple[str, dict[str, object], Truth]) -> None:
    text, context, expected = case
    assert holds(condition(text), {name: value(item) for name, item in context.items()}) is expected


REFUSED = {
    "an unknown operator": "area ~ 'baltic'",
    "arithmetic": "quantity + 1 == 2",
    "a call": "len(area) == 3",
    "a subscript": "area[0] == 'b'",
    "an attribute of an attribute": "area.name == 'b'",
    "two attributes": "area == task",
    "two literals": "'a' == 'a'",
    "a bare literal": "true",
    "a bare number": "1",
    "a truth in a list": "true in ['a']",
    "identity of a number": "quantity is 3",
    "identity": "area is 'baltic'",
    "an empty list": "task in []",
    "a mixed list": "task in ['a', 1]",
    "membership in a text": "task in 'training'",
    "order of texts": "area < 'baltic'",
    "order of truths": "armed < true",
    "an attribute of two types": "area == 'baltic' or area == 3",
    "a comprehension": "[x for x in area]",
    "a lambda": "lambda: true",
    "an assignment": "area := 'x'",
    "nothing": "",
    "half a condition": "area ==",
    "two lines": "area == 'a'\nimport os",
    "an f-string": "area == f'{x}'",
    "bytes": "area == b'x'",
    "none": "area == None",
    "a complex number": "quantity == 1j",
    "a reserved word": "class == 'carrier'",
    "too long": "a == 'b' or " * 200 + "a == 'b'",
    "too deep": "(" * 500 + "a" + ")" * 500,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_whatever_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(Malformed) as refusal:
        condition(text)
    assert refusal.value.next_step


def test_an_error_names_its_column() -> None:
    with pytest.raises(Malformed, match="column 21"):
        condition("area == 'baltic' or f(x)")


def test_a_value_of_the_wrong_type_is_the_askers_error() -> None:
    with pytest.raises(Malformed) as refusal:
        holds(condition("quantity < 3"), {"quantity": "many"})
    assert refusal.value.field == "quantity"


def test_attributes_have_types_and_the_unknown_ones_are_named() -> None:
    read = condition("area == 'baltic' and quantity < 3 and armed")
    assert types(read) == {"area": str, "quantity": Decimal, "armed": bool}
    assert unknowns(read, {"area": "baltic"}) == ("armed", "quantity")


leaves = st.sampled_from(["a == 'x'", "b < 3", "c", "a in ['x', 'y']", "1 <= b <= 2"])
texts = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} and {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} or {p[1]})"),
        inner.map(lambda p: f"(not {p})"),
    ),
    max_leaves=6,
)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "a": st.sampled_from(["x", "y", "z"]),
        "b": st.integers(0, 4).map(Decimal),
        "c": st.booleans(),
    },
)


@given(texts, contexts, contexts)
def test_filling_an_unknown_never_turns_a_settled_condition(
    text: str, known: dict[str, Value], filling: dict[str, Value]
) -> None:
    read = condition(text)
    before = holds(read, known)
    if before is not U:
        assert holds(read, {**filling, **known}) is before


def test_what_cannot_be_read_is_told_with_its_column() -> None:
    with pytest.raises(Malformed, match=r"^column 9: "):
        condition("area == == 'a'")
    with pytest.raises(Malformed, match=r"^column 1: "):
        condition("area\0")


def test_a_condition_may_be_as_long_as_it_says_and_no_longer() -> None:
    text = "area == '" + "x" * (2000 - len("area == ''")) + "'"
    assert len(text) == 2000
    condition(text)
    with pytest.raises(Malformed, match="2001 characters"):
        condition(f"{text} ")


def test_one_comparison_is_itself() -> None:
    assert condition("area == 'a'") == Compare("area", "==", "a")
    assert condition("0 <= n < 3") == All((Compare("n", ">=", Decimal(0)), Compare("n", "<", Decimal(3))))


VALUES = {"whole": (3, Decimal(3)), "fraction": (0.1, Decimal("0.1")), "day": (date(2004, 3, 29), "2004-03-29")}


@pytest.mark.parametrize("case", VALUES.values(), ids=VALUES)
def test_a_value_is_exact(case: tuple[object, Value]) -> None:
    assert value(case[0]) == case[1]


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(Malformed, match="no value of a condition"):
        value(None)


TYPED = {"true": True, "false": False, "True": "True", "12": Decimal(12), "-0.5": Decimal("-0.5"), "north": "north"}


@pytest.mark.parametrize("text", TYPED)
def test_a_value_is_read_as_one_types_it(text: str) -> None:
    read = as_typed(text)
    assert (read, type(read)) == (TYPED[text], type(TYPED[text]))
