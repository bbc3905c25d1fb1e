"""Who may open and send what: one row per address. `manage.py show_access` prints it.

tests/test_access.py walks every address × role × method with an own, a foreign and a missing record and
fails when the product does otherwise, or when an address stands in no row. The ticket called "own" is in
the walker's hands, on a system that the walker and the walker's company own, and was reported by
somebody else; the "foreign" one belongs to other people, another company and another system.
"""

from itsm.access_table import assessment, catalogue, desk, figures, platform, promises
from itsm.access_table.words import EVERYBODY, Address

__all__ = ["EVERYBODY", "TABLE", "Address"]

TABLE: dict[str, Address] = (
    platform.TABLE | catalogue.TABLE | promises.TABLE | desk.TABLE | figures.TABLE | assessment.TABLE
)
