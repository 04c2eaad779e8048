"""`dataclass` as the standard library's, made in a tenth of the time: making them was a third of what a short command costs.

The library compiles six methods a class. Here a method is made when it is first asked for, and only `__init__` is compiled.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import partial
from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final

Fields = tuple[Field[Any], ...]
_FRESH: Final = object()
_ORDER: Final = {"__lt__": lt, "__le__": le, "__gt__": gt, "__ge__": ge}
_NO_FIELD: Final = re.compile("ClassVar|InitVar|KW_ONLY")


def _dataclass(cls: type[Any] | None = None, /, **options: bool) -> Any:  # noqa: ANN401 - as the library's
    """Takes `frozen`, `slots`, `kw_only` and `order`."""
    return (lambda each: _made(each, **options)) if cls is None else _made(cls, **options)


def _made(
    cls: type[Any], *, frozen: bool = False, slots: bool = False, kw_only: bool = False, order: bool = False
) -> type[Any]:
    own = {name for name in ("__init__", "__repr__", "__eq__", "__hash__") if vars(cls).get(name) is not None}
    said = cls.__doc__
    cls.__doc__ = said or cls.__name__  # the library would ask for its signature, which takes longest
    below = frozen and any(dataclasses.is_dataclass(base) for base in cls.__mro__[1:])  # the library holds them alike
    made = _with_fields(
        cls, dataclasses.dataclass(init=False, repr=False, eq=False, frozen=below, slots=slots, kw_only=kw_only)
    )
    made.__doc__ = said
    told = fields(made)
    methods: dict[str, Any] = {
        "__init__": _Late(made, "__init__", lambda: _init(made, told, frozen=frozen)),
        "__repr__": _Late(made, "__repr__", lambda: _repr(told)),
        "__eq__": _Late(made, "__eq__", lambda: _eq(told)),
        "__hash__": _Late(made, "__hash__", lambda: _hash(told)) if frozen else None,
        **({name: _Late(made, name, partial(_before, told, by)) for name, by in _ORDER.items()} if order else {}),
    }
    for name in methods.keys() - own:
        setattr(made, name, methods[name])
    if frozen:
        _freeze(made, {field.name for field in told}, slots=slots)
    return made


def _with_fields(cls: type[Any], plain: Callable[[type[Any]], type[Any]]) -> type[Any]:
    """As `plain` makes it. The library looks into every annotation for what is no field; most classes have none such."""
    written = vars(cls).get("__annotations__", {})
    if _NO_FIELD.search(" ".join(map(str, written.values()))):
        return plain(cls)
    cls.__annotations__ = dict.fromkeys(written, object)
    made = plain(cls)
    made.__annotations__ = written
    for name, each in written.items():
        made.__dataclass_fields__[name].type = each
    return made


class _Late:
    """A method that is made when it is first asked for, and takes this one's place."""

    __slots__ = ("cls", "make", "name")

    def __init__(self, cls: type[Any], name: str, make: Callable[[], Callable[..., Any]]) -> None:
        self.cls, self.name, self.make = cls, name, make

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:  # noqa: ANN401 - a method, or bound
        made = self.make()
        setattr(self.cls, self.name, made)
        return made.__get__(instance, owner)


def _init(cls: type[Any], told: Fields, *, frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_fresh": _FRESH}
    by_place, by_name, values = ["self"], list[str](), dict[str, str]()
    for field in told:
        parameter, value = _given(field, names)
        if parameter:
            (by_name if field.kw_only else by_place).append(parameter)
        if value:
            values[field.name] = value
    body = (
        _past_the_freeze(cls, values, names) if frozen else [f"self.{name}={value}" for name, value in values.items()]
    )
    body += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    parameters = ",".join([*by_place, *(["*", *by_name] if by_name else [])])
    exec(f"def __init__({parameters}):\n " + ("\n ".join(body) or "pass"), names)  # noqa: S102 - names of fields only
    found: Callable[..., None] = names["__init__"]
    found.__qualname__ = f"{cls.__qualname__}.__init__"
    return found


def _past_the_freeze(cls: type[Any], values: dict[str, str], names: dict[str, Any]) -> list[str]:
    """Straight into slot or dictionary: `object.__setattr__` for each field takes twice as long. `names`: as in `_given`."""
    slots = {name: slot for name in values if isinstance(slot := getattr(cls, name, None), MemberDescriptorType)}
    names.update({f"_put_{name}": slot.__set__ for name, slot in slots.items()})
    others = ",".join(f"{name}={value}" for name, value in values.items() if name not in slots)
    put = [f"_put_{name}(self,{values[name]})" for name in slots]
    return [*put, f"self.__dict__.update({others})"] if others else put


def _given(field: Field[Any], names: dict[str, Any]) -> tuple[str, str]:
    """How a field is a parameter and what it is set to; either may be nothing. `names`: what the method knows, added to."""
    name = field.name
    if field.default_factory is not MISSING:
        names[f"_new_{name}"] = field.default_factory
        if not field.init:
            return "", f"_new_{name}()"
        return f"{name}=_fresh", f"_new_{name}() if {name} is _fresh else {name}"
    if field.default is not MISSING:
        names[f"_default_{name}"] = field.default
        if not field.init:
            return "", f"_default_{name}"
        return f"{name}=_default_{name}", name
    return (name, name) if field.init else ("", "")


def _repr(told: Fields) -> Callable[[Any], str]:
    shown = [field.name for field in told if field.repr]

    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: ANN401, N807 - any instance
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    return __repr__


def _eq(told: Fields) -> Callable[[Any, object], bool]:
    key = _key(field.name for field in told if field.compare)

    def __eq__(self: Any, other: object) -> bool:  # noqa: ANN401, N807 - any instance
        return bool(key(self) == key(other)) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _before(told: Fields, by: Callable[[Any, Any], bool]) -> Callable[[Any, object], bool]:
    key = _key(field.name for field in told if field.compare)
    return lambda self, other: by(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented


def _hash(told: Fields) -> Callable[[Any], int]:
    key = _key(field.name for field in told if (field.compare if field.hash is None else field.hash))
    return lambda self: hash(key(self))


def _key(names: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - names of fields
    found = tuple(names)
    return attrgetter(*found) if found else lambda _: ()


def _freeze(cls: type[Any], names: set[str], *, slots: bool) -> None:
    def refuses(self: Any, name: str) -> bool:  # noqa: ANN401 - any instance
        return type(self) is cls or name in names

    def __setattr__(self: Any, name: str, value: object) -> None:  # noqa: ANN401, N807 - any instance
        if refuses(self, name):
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:  # noqa: ANN401, N807 - any instance
        if refuses(self, name):
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    methods: dict[str, Any] = {"__setattr__": __setattr__, "__delattr__": __delattr__}
    methods |= {"__getstate__": _state, "__setstate__": _restore} if slots else {}
    for name, method in methods.items():
        setattr(cls, name, method)
    cls.__dataclass_params__.frozen = True  # what the library asks of a base


def _state(self: Any) -> list[Any]:  # noqa: ANN401 - any instance
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:  # noqa: ANN401 - any instance
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass

__all__ = ["dataclass"]
