"""Where templates of notes run: they reach no file, clock or other template, end after so many steps, and stay small.

Jinja's sandbox keeps a template from Python's inside; it does not count. This one counts the rounds of loops, the calls, what
filters go over and what is written, and knows only what notes need. A limit catches a slip of the template's author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from functools import wraps
from types import NoneType
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from pmhub.engine.notes.escape import escaped

MOST_CHARACTERS: Final = 5_000_000
"""Written, added or given to filters, in all."""
MOST_STEPS: Final = 200_000
"""Rounds of loops, calls, and elements that filters go over, in all."""

# fmt: off
_FILTERS: Final = (
    "abs", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "last", "length", "list",
    "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique",
)
_TEXT_FILTERS: Final = ("capitalize", "lower", "string", "title", "trim", "truncate", "upper", "wordcount")
_METHODS: Final = (
    "count", "endswith", "get", "items", "keys", "lower", "lstrip", "removeprefix", "removesuffix", "rstrip",
    "split", "startswith", "strip", "upper", "values",
)
# fmt: on


class Sandbox(ImmutableSandboxedEnvironment):
    """For one rendering of one template: what was counted is not forgotten."""

    intercepted_binops = frozenset({"+", "*", "%", "**"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self.steps = self.characters = 0
        self.finalize = self._written
        self.globals = {name: self.globals[name] for name in ("range", "namespace")}
        self.filters = {
            **{name: self._counted(self.filters[name], self._charged) for name in _FILTERS},
            **{name: self._counted(self.filters[name], self._text) for name in _TEXT_FILTERS},
            "escaped": escaped,
            "join": self._join,
            "replace": self._replace,
            "rounds": self._rounds,
        }

    def template(self, source: str, name: str) -> Template:
        """Raises TemplateSyntaxError. A traceback out of its rendering has the template's lines under `name`."""
        tree = _Metered().visit(self.parse(source, filename=name))
        code = self.compile(tree.set_environment(self), filename=name)
        return Template.from_code(self, code, self.make_globals(None))

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TemplateRuntimeError(f"it takes more than {MOST_STEPS:,} steps")

    def write(self, count: int) -> None:
        self.characters += count
        if self.characters > MOST_CHARACTERS:
            raise TemplateRuntimeError(f"it makes more than {MOST_CHARACTERS:,} characters")

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401 - whatever a template calls
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, (str, list, tuple, dict)):
            return obj.__name__ in _METHODS
        return (
            isinstance(obj, (Macro, BlockReference)) or isinstance(owner, LoopContext) or obj in self.globals.values()
        )

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        self.step()
        if not self.is_safe_callable(obj):
            raise SecurityError(f"`{getattr(obj, '__name__', type(obj).__name__)}` cannot be called here")
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        if operator != "+" and not (operator in "*%" and _are_numbers(left, right)):
            raise SecurityError(
                f"`{operator}` is for numbers" if operator in "*%" else f"there is no `{operator}` here"
            )
        result = super().call_binop(context, operator, left, right)
        self.write(result.bit_length() if isinstance(result, int) else _length(result))
        return result

    @pass_context
    def _written(self, _: Context, value: object) -> str:
        """Takes the context, though it needs none, because Jinja writes constants itself when `finalize` does not."""
        return self._text(value)

    def _text(self, value: object) -> str:
        """What Python would make of anything else changes with its version, or with every run."""
        if not isinstance(value, (str, int, float, Undefined, NoneType)):
            raise TemplateRuntimeError(f"a {type(value).__name__} is no text")
        text = "" if value is None else str(value)
        self.write(len(text))
        return text

    def _charged(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            self.write(len(value))
        self.step(1 if isinstance(value, str) else 1 + _length(value))
        return value

    def _counted(self, filter_: Callable[..., Any], charge: Callable[[Any], Any]) -> Callable[..., Any]:
        """Jinja gives some filters something before the value: the context, say."""
        place = 1 if hasattr(filter_, "jinja_pass_arg") else 0

        @wraps(filter_)
        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return filter_(*args[:place], charge(args[place]), *args[place + 1 :], **kwargs)

        return counted

    def _rounds(self, values: Iterable[object]) -> Iterator[object]:
        for value in values:
            self.step()
            yield value

    def _join(self, values: Iterable[object], d: str = "", attribute: str | None = None) -> str:
        chosen = values if attribute is None else map(make_attrgetter(self, attribute), values)
        texts = [self._text(value) for value in self._rounds(chosen)]
        self.write(len(texts) * len(d))
        return d.join(texts)

    def _replace(self, value: object, old: str, new: str) -> str:
        text = self._text(value)
        self.write(text.count(old) * len(new))
        return text.replace(old, new)


class _Metered(NodeTransformer):
    """Sends through the sandbox what Jinja would do without asking it: loops, `~`, and the template's own text."""

    def visit_For(self, loop: nodes.For) -> nodes.For:  # noqa: N802 - named after the node
        if loop.recursive:
            raise TemplateSyntaxError("a loop cannot be recursive here", loop.lineno)
        self.generic_visit(loop)
        loop.iter = _filtered(loop.iter, "rounds")
        return loop

    def visit_Concat(self, concat: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(concat)
        parts = nodes.List(concat.nodes, lineno=concat.lineno)
        return _filtered(parts, "join")

    def visit_TemplateData(self, text: nodes.TemplateData) -> nodes.Const:  # noqa: N802
        return nodes.Const(text.data, lineno=text.lineno)


def _filtered(value: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _length(value: object) -> int:
    return len(value) if isinstance(value, Sized) and not isinstance(value, Undefined) else 0
