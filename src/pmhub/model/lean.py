"""`dataclass` as the standard library's, made in a fifth of the time: making them was a third of what a short command costs.

The library compiles six methods a class; here only `__init__` is compiled, and what it says of a class is read from its fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

Fields = tuple[Field[Any], ...]
_FRESH: Final = object()


def _dataclass(cls: type[Any] | None = None, /, **options: bool) -> Any:  # noqa: ANN401 - as the library's
    """Takes `frozen`, `slots` and `kw_only`."""
    return (lambda each: _made(each, **options)) if cls is None else _made(cls, **options)


def _made(cls: type[Any], *, frozen: bool = False, slots: bool = False, kw_only: bool = False) -> type[Any]:
    own = {name for name in ("__init__", "__repr__", "__eq__", "__hash__") if vars(cls).get(name) is not None}
    said = cls.__doc__
    cls.__doc__ = said or cls.__name__  # the library would ask for its signature, which takes longest
    below = frozen and any(dataclasses.is_dataclass(base) for base in cls.__mro__[1:])  # the library holds them alike
    plain = dataclasses.dataclass(init=False, repr=False, eq=False, frozen=below, slots=slots, kw_only=kw_only)
    made: type[Any] = plain(cls)
    made.__doc__ = said
    told = fields(made)
    methods: dict[str, Any] = {
        "__init__": _init(made, told, frozen=frozen),
        "__repr__": _repr(told),
        "__eq__": _eq(told),
    }
    methods["__hash__"] = _hash(told) if frozen else None
    for name in methods.keys() - own:
        setattr(made, name, methods[name])
    if frozen:
        _freeze(made, {field.name for field in told}, slots=slots)
    return made


def _init(cls: type[Any], told: Fields, *, frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_set": object.__setattr__, "_fresh": _FRESH}
    by_place, by_name, body = ["self"], list[str](), list[str]()
    for field in told:
        parameter, value = _given(field, names)
        if parameter:
            (by_name if field.kw_only else by_place).append(parameter)
        if value:
            body.append(f"_set(self,{field.name!r},{value})" if frozen else f"self.{field.name}={value}")
    body += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    parameters = ",".join([*by_place, *(["*", *by_name] if by_name else [])])
    exec(f"def __init__({parameters}):\n " + ("\n ".join(body) or "pass"), names)  # noqa: S102 - names of fields only
    found: Callable[..., None] = names["__init__"]
    found.__qualname__ = f"{cls.__qualname__}.__init__"
    return found


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
