"""Templates that are written out quickly: what they give is what their engine gives, letter by letter.

Rules:
1. What a template shows is escaped as the engine escapes it, without making a value of its own of each piece.
2. A phrase that stands in a template, `_("...")` without names to fill in, is said once, when the template is read: an
   environment speaks one language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # the quick half of it

PHRASE = "_"


def written(value: object) -> str:
    """A value as it stands on a page: rule 1."""
    kind = type(value)
    if kind is str:
        return _escape_inner(cast("str", value))
    return cast("Markup", value) if kind is Markup else escape(value)


class _Phrases(NodeTransformer):
    """Rule 2."""

    def __init__(self, said: Callable[[str], Markup]) -> None:
        self._said = said

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # the engine's name
        """A call, or the phrase that it gives."""
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"),
                args=[nodes.Const(value=str() as phrase)],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                return nodes.Const(self._said(phrase), lineno=node.lineno)
        return self.generic_visit(node)


class _Writer(CodeGenerator):
    """The engine's own, but for both rules."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """A template, its phrases said."""
        said = cast("Callable[[str], Markup] | None", self.environment.globals.get(PHRASE))
        super().visit_Template(node if said is None else _Phrases(said).visit(node), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class Environment(jinja2.Environment):
    """An environment whose templates are written out so; what says its phrases is its global `_`."""

    code_generator_class = _Writer
    written = staticmethod(written)
