"""The queue as a workbook, against a plain XlsxWriter loop and openpyxl over the same values."""

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple

ROUNDS = 2
MOST_PLAIN, LEAST_OPENPYXL, MOST_MEGABYTES, MOST_GROWTH, MOST_CSV = 1.15, 1.5, 200, 10, 5
FEW = 10_000
MOMENT = "yyyy-mm-dd hh:mm:ss"


class Spent(NamedTuple):
    """Seconds on the wall, and of the processor: on a shared machine only these say what something costs."""

    seconds: float
    cpu: float


class Exported(NamedTuple):
    """Rows and columns; what each side takes; peaks of a process in megabytes, of all rows and of FEW."""

    rows: int
    columns: int
    product: Spent
    csv: Spent
    plain: Spent
    openpyxl: Spent
    megabytes: float
    megabytes_of_few: float
    is_right: bool


def run() -> Exported:
    """Measure by turns; the best of two rounds each. The plain sides get their values for nothing."""
    from tickets.exporting import COLUMNS

    values = _values()
    heads = [str(column.header) for column in COLUMNS if column.chosen]
    sides: dict[str, Callable[[BinaryIO], Any]] = {
        "product": lambda file: export(file, "xlsx"),
        "csv": lambda file: export(file, "csv"),
        "plain": lambda file: _plain(file, heads, values),
        "openpyxl": lambda file: _openpyxl(file, heads, values),
    }
    rounds = [{name: _spent(write) for name, write in sides.items()} for _ in range(ROUNDS)]
    best = {name: Spent(*map(min, zip(*(one[name] for one in rounds), strict=True))) for name in sides}
    return Exported(
        len(values), len(heads), **best, megabytes=_peak(), megabytes_of_few=_peak(FEW), is_right=_is_right(values)
    )


def _spent(write: Callable[[BinaryIO], Any]) -> Spent:
    with TemporaryFile() as file:
        began, worked = time.perf_counter(), time.process_time()
        write(file)
        return Spent(time.perf_counter() - began, time.process_time() - worked)


def export(file: BinaryIO, kind: str, most: int | None = None) -> int:
    """The whole of it: rights, rows, masking, cells, the second sheet, the packing. most: how many rows at most."""
    from django.db import transaction

    from tickets.exporting import TICKETS, select

    def some(*asked: Any) -> Any:
        found = select(*asked)
        return found._replace(rows=found.rows[:most])

    with transaction.atomic():
        return replace(TICKETS, select=some).write(_order(kind), file, lambda done, total: None).rows


def _order(kind: str) -> Any:
    from django.http import QueryDict
    from django.utils import timezone

    from benchmarks import ground
    from itsm.exports.sources import Order
    from tickets.exporting import COLUMNS

    chosen = tuple(column.key for column in COLUMNS if column.chosen)
    return Order(kind, QueryDict("tab=all"), chosen, ground.agent(), timezone.now())


def _values() -> list[list[Any]]:
    """What the cells hold, moments as naive ones of the hospital, as a plain program would keep them."""
    from django.db import transaction

    from itsm.exports.tables import _Run
    from itsm.workbooks.rowsheet import local
    from tickets.exporting import COLUMNS, select

    order = _order("xlsx")
    run = _Run([column for column in COLUMNS if column.chosen], order.by, lambda done, total: None, 0)
    with transaction.atomic():
        rows = run.read(select(order.asked, order.by, order.at).rows, order.at)
        return [
            [local(value).replace(microsecond=0) if isinstance(value, datetime) else value for value in row]
            for row in rows
        ]


def _plain(file: BinaryIO, heads: list[str], values: list[list[Any]]) -> None:
    """The loop that anybody would write."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet, text = book.add_worksheet(), book.add_format({"font_name": "Microsoft YaHei"})
    moment = book.add_format({"font_name": "Microsoft YaHei", "num_format": MOMENT})
    for number, row in enumerate([heads, *values]):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value, moment if isinstance(value, datetime) else text)
    book.close()


def _openpyxl(file: BinaryIO, heads: list[str], values: list[list[Any]]) -> None:
    """openpyxl's own way to write much: no fonts and no formats, which would cost it more."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(heads)
    for row in values:
        sheet.append(row)
    book.save(file)


def _is_right(values: list[list[Any]]) -> bool:
    """Whether the file that the product wrote holds these rows in this order, to the last."""
    import openpyxl

    with TemporaryFile() as file:
        rows = export(file, "xlsx")
        file.seek(0)
        sheet = openpyxl.load_workbook(io.BytesIO(file.read()), read_only=True).worksheets[0]
        found = [row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
    return rows == len(values) and found == [row[0] for row in values]


def _peak(*most: int) -> float:
    """The most memory that a process of its own takes for the export, in megabytes."""
    command = [sys.executable, "-m", "benchmarks.exporting", *map(str, most)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return float(done.stdout)


def main() -> None:
    """Export once and print the peak of this process."""
    import django

    django.setup()
    with TemporaryFile() as file:
        export(file, "xlsx", *map(int, sys.argv[1:]))
    # Not getrusage: what its parent held when it was forked counts there as well.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(peak) / 1024)


if __name__ == "__main__":
    main()
