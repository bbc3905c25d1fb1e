"""What a room declares so that its rows, or a whole workbook, can be had as a file made in the background."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import BinaryIO, NamedTuple, Protocol

from django.http import QueryDict

from itsm.accounts.models import User
from itsm.pages.columns import Words

Said = list[tuple[str, str]]
Show = Callable[[int, int], None]


@dataclass(frozen=True)
class Order:
    """What is asked for, by whom. at: whose rows and rights count. folder: for what is not put together yet."""

    kind: str
    asked: QueryDict
    columns: tuple[str, ...]
    by: User
    at: datetime
    folder: str | None = None


class Written(NamedTuple):
    """What was written: the rows, what the file says about itself, the sums of its durations in minutes."""

    rows: int
    said: Said
    sums: list[tuple[str, float]]


class Choice(NamedTuple):
    """A column that can be chosen. chosen: whether it is, until somebody decides."""

    key: str
    label: Words
    group: Words
    chosen: bool


class Source(Protocol):
    """Something that can be had as a file.

    title: of the list, `titled` of one file. prose: what it is, in a sentence. permission: what it takes to ask for
    it, to make it and to take it. names: the words of the address that narrow it. page: the address that it is asked
    for on. `about` says before what the file would hold, `write` writes it and tells with `show(done, total)` how
    far it is; they and `titled` raise RuleBroken for what cannot be.
    """

    code: str
    title: Words
    prose: Words
    icon: str
    permission: str
    kinds: tuple[str, ...]
    names: Collection[str]
    page: str

    def choices(self) -> Sequence[Choice]:
        """The columns; none where there is nothing to choose."""

    def titled(self, order: Order) -> str:
        """What this file is called: two that hold different things are not called the same."""

    def about(self, order: Order) -> tuple[int | None, Said]:
        """How many rows, where that is known, and by which words they are chosen."""

    def write(self, order: Order, file: BinaryIO, show: Show) -> Written:
        """Write the file."""


def sources() -> Mapping[str, Source]:
    """Every source by its code."""
    return {source.code: source for source in import_module("itsm.wiring").EXPORTS}


def sources_of(user: User) -> list[Source]:
    """What this person may ask for."""
    return [source for source in sources().values() if user.may(source.permission)]


def asked_of(query: QueryDict, source: Source) -> dict[str, list[str]]:
    """The words of an address that narrow this source, short and without what no database keeps."""
    return {
        name: [word.replace("\x00", "")[:200] for word in query.getlist(name)][:20]
        for name in sorted(source.names)
        if any(query.getlist(name))
    }


def query_of(asked: Mapping[str, list[str]]) -> QueryDict:
    """The same as an address says it."""
    query = QueryDict(mutable=True)
    for name, words in asked.items():
        query.setlist(name, words)
    return query
