"""Workbooks as a program that computes opens them: LibreOffice where there is one."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

_WRITTEN = re.compile(rb"(</f>)<v>[^<]*</v>")


def recomputed(content: bytes, folder: Path) -> Workbook:
    """The values of the workbook, every formula's reckoned anew; without LibreOffice those that were written."""
    office = shutil.which("soffice")
    if office is None:
        return openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    path, home, out = folder / "book.xlsx", folder / "home", folder / "out"
    path.write_bytes(without_values(content))
    command = [office, "--headless", f"-env:UserInstallation=file://{home}", "--convert-to", "xlsx", "--outdir", out]
    subprocess.run(
        [*command, path], check=True, capture_output=True, timeout=240, env={**os.environ, "HOME": str(home)}
    )
    return openpyxl.load_workbook(out / path.name, data_only=True)


def without_values(content: bytes) -> bytes:
    """The workbook without what its formulas came to, so that whoever shows a value has reckoned it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, _WRITTEN.sub(rb"\1", old.read(name)))
    return made.getvalue()


def errors(book: Workbook) -> list[str]:
    """Where a cell holds an error, such as #REF!."""
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "e")
    return [f"{cell.parent.title}!{cell.coordinate}: {cell.value}" for cell in cells]


def differing(given: Workbook, found: Workbook) -> list[str]:
    """The cells whose value is another one in `found`."""
    return [
        f"{sheet.title}!{cell.coordinate}: {cell.value!r}, not {found[sheet.title][cell.coordinate].value!r}"
        for sheet in given
        for row in sheet.iter_rows()
        for cell in row
        if not _same(cell.value, found[sheet.title][cell.coordinate].value)
    ]


def _same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) < 1e-6
    return one == other
