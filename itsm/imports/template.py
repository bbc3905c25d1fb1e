"""The empty workbook of a table, for filling in."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from itsm.workbooks import writing
from itsm.workbooks.importing import Importable


def template(table: type[Importable]) -> bytes:
    """A workbook with the table's header, required columns marked *, and a second sheet that explains them."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    header = book.add_format({"font_name": writing.FONT, "bold": True, "bg_color": "#E8EEF7", "bottom": 1})
    plain = book.add_format({"font_name": writing.FONT, "text_wrap": True, "valign": "top"})
    as_text = book.add_format({"font_name": writing.FONT, "num_format": "@"})  # 001 stays 001
    sheet = book.add_worksheet(writing.sheet_name(str(table.title)))
    sheet.freeze_panes(1, 0)
    guide = book.add_worksheet(_("How to fill it in"))
    guide.set_column(0, 3, 26)
    for place, words in enumerate((_("Column"), _("Required"), _("What may stand there"), _("Example"))):
        guide.write_string(0, place, words, header)
    for place, field in enumerate(table.fields):
        sheet.set_column(place, place, field.width, as_text)
        sheet.write_string(0, place, f"{field.label}{'*' if field.required else ''}", header)
        required = _("yes") if field.required else _("no")
        for column, words in enumerate((field.label, required, field.hint, field.example)):
            guide.write_string(place + 1, column, str(words), plain)
    book.close()
    return file.getvalue()
