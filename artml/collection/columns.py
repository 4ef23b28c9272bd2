"""How values are kept so that every database gives them back alike: text, times with their zone, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Enum, String
from sqlalchemy.types import TypeDecorator


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Text(TypeDecorator[str]):
    """Text that any database takes: what no UTF-8 can say, as a file's name may hold, is shown as `?`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Without lone surrogates and NULs."""
        return value and value.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


class Moment(TypeDecorator[datetime]):
    """A time with its zone, given back in UTC, also where the database knows no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """A value of a Python type, kept as JSON and given back as that type."""

    impl = JSON
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape
        self._shaped = TypeAdapter[Any](shape)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As JSON; ValueError for a value of another type."""
        return self._shaped.dump_python(self._shaped.validate_python(value), mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """As it was; None of a row that an outer join did not find."""
        return None if value is None else self._shaped.validate_python(value)


def one_of(words: Any, name: str) -> Enum:
    """One of the words of a Literal; the database refuses any other, by a constraint of that name."""
    return Enum(*get_args(words), name=name, native_enum=False, create_constraint=True, length=20)
