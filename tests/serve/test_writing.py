"""What templates give is what their engine gives, letter by letter."""

from __future__ import annotations

from collections.abc import Callable

import jinja2
import pytest
from markupsafe import Markup

from comity.serve.writing import Environment

SAID = {"Kind": "<b>Genre</b> & 100 %", "other": "autre"}
VALUES: dict[str, object] = {
    "a text": "<a href='x'>\"&</a>", "a mark": Markup("<b>bold</b>"), "a number": 7, "a yes": True, "nothing": None,
    "a fraction": 1.5, "a list": ["<", Markup("&amp;")],
}  # fmt: skip
TEMPLATES = {
    "a value": "<p>{{ value }}</p>",
    "a phrase": '{{ _("Kind") }}<i title="{{ _("Kind") }}">{{ value }}</i>{{ _("unknown") }}',
    "a phrase with names": '{{ _("Kind %(of)s", of=value) }}{{ _(phrase) }}',
    "a phrase as an argument": '{% macro said(words) %}<b>{{ words }}</b>{% endmacro %}{{ said(_("Kind")) }}',
    "a phrase that is set": '{% set kind = _("Kind") %}{{ kind }}{{ kind|upper }}{{ [kind, value]|join(", ") }}',
    "a phrase that is asked": '{% if _("Kind") == "Kind" %}same{% else %}{{ _("other")|length }}{% endif %}',
    "not escaped": "{% autoescape false %}{{ value }}{{ _('Kind') }}{% endautoescape %}{{ value|safe }}",
}


def _phrase(text: str, **names: object) -> Markup:
    return Markup(SAID.get(text, text).replace("%", "%%") if not names else text) % names


def _made(engine: Callable[..., jinja2.Environment]) -> jinja2.Environment:
    made = engine(autoescape=True, undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.i18n"])
    made.globals["_"] = _phrase
    return made


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_a_page_is_the_same_as_the_engine_gives_it(template: str, value: object) -> None:
    told = {"value": value, "phrase": "other"}
    ours = _made(Environment).from_string(template).render(told)
    assert ours == _made(jinja2.Environment).from_string(template).render(told)


def test_what_is_shown_is_escaped() -> None:
    assert _made(Environment).from_string("{{ value }}").render(value="<script>") == "&lt;script&gt;"


def test_what_is_nowhere_defined_is_not_shown() -> None:
    with pytest.raises(jinja2.UndefinedError):
        _made(Environment).from_string("{{ nothing_of_the_kind }}").render()
