"""One TOML file into one frozen Struct, once; every mistake is told together, with its dotted path."""

import os
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from actor.errors import EXIT_CONFIG, FatalError

T = TypeVar("T")

ENV_PREFIX: Final = "env:"
FILE_PREFIX: Final = "file:"


class ConfigError(FatalError):
    """The configuration is wrong; `problems` holds one line for each mistake."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(EXIT_CONFIG, f"{path}: " + "\n  ".join(["configuration is wrong", *problems]))


class Secret:
    """A value that is never shown. The file names its place: "env:NAME" or "file:path", never the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value; for the call that needs it, not for keeping."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


def load(path: Path, expected: type[T], *, environ: Mapping[str, str] = os.environ) -> T:
    """Read `path` as `expected` (a Struct); ConfigError lists all problems.

    Relative paths in the file (fields typed Path, "file:" secrets) are relative to the file's folder.
    """
    reader = _Reader(path.absolute().parent, environ)
    raw = _parse(path)
    problems = list(reader.problems(raw, expected, ""))
    if problems:
        raise ConfigError(path, problems)
    try:
        return msgspec.convert(raw, expected, dec_hook=reader.special)
    except msgspec.ValidationError as error:  # a __post_init__ that compares fields
        raise ConfigError(path, [str(error)]) from error


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(path, [f"cannot be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, [f"not TOML: {error}"]) from error


class _Reader:
    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ

    def problems(self, value: object, expected: Any, where: str) -> Iterator[str]:
        """One line for each mistake, deepest field first named."""
        inner = _without_none(expected, value)
        if _is_struct(inner) and isinstance(value, Mapping):
            yield from self._struct_problems(value, inner, where)
        elif typing.get_origin(inner) in (list, tuple) and isinstance(value, list):
            for index, item in enumerate(value):
                yield from self.problems(item, _item_type(inner, index), f"{where}[{index}]")
        elif typing.get_origin(inner) is dict and isinstance(value, Mapping):
            for key, item in value.items():
                yield from self.problems(item, typing.get_args(inner)[1], _join(where, key))
        else:
            yield from self._leaf_problems(value, expected, where)

    def _struct_problems(self, value: Mapping[str, Any], expected: Any, where: str) -> Iterator[str]:
        fields = {field.encode_name: field for field in msgspec.structs.fields(expected)}
        for name in value:
            if name not in fields:
                yield f"{_join(where, name)}: no such setting (known: {', '.join(sorted(fields))})"
        for name, field in fields.items():
            if name in value:
                yield from self.problems(value[name], field.type, _join(where, name))
            elif field.required:
                yield f"{_join(where, name)}: is missing"

    def _leaf_problems(self, value: object, expected: Any, where: str) -> Iterator[str]:
        try:
            msgspec.convert(value, expected, dec_hook=self.special)
        except msgspec.ValidationError as error:
            yield f"{where or 'file'}: {error}"

    def special(self, kind: type, value: object) -> object:
        """Paths and secrets, which TOML has not; the hook of msgspec."""
        if not isinstance(value, str):
            raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
        if kind is Path:
            return self._folder / value
        if kind is Secret:
            return Secret(self._secret(value))
        raise NotImplementedError(f"{kind} is no type of a setting")

    def _secret(self, place: str) -> str:
        if place.startswith(ENV_PREFIX):
            return self._from_environment(place.removeprefix(ENV_PREFIX))
        if place.startswith(FILE_PREFIX):
            return self._from_file(place.removeprefix(FILE_PREFIX))
        raise ValueError(
            f"a secret is named by {ENV_PREFIX}NAME or {FILE_PREFIX}path, its value is not written here"
        )

    def _from_environment(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            raise ValueError(f"environment variable {name} is not set")
        return value

    def _from_file(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{name} cannot be read: {error.strerror}") from error


def _is_struct(expected: Any) -> bool:
    return isinstance(expected, type) and issubclass(expected, msgspec.Struct)


def _without_none(expected: Any, value: object) -> Any:
    """`X` of `X | None`, so that a nested table is walked; other unions are left to msgspec."""
    if value is None or typing.get_origin(expected) not in (typing.Union, types.UnionType):
        return expected
    rest = [arg for arg in typing.get_args(expected) if arg is not types.NoneType]
    return rest[0] if len(rest) == 1 else expected


def _item_type(expected: Any, index: int) -> Any:
    args = typing.get_args(expected)
    fixed = typing.get_origin(expected) is tuple and args[-1] is not Ellipsis
    return args[index] if fixed and index < len(args) else args[0]


def _join(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)
