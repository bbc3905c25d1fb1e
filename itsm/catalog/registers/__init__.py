"""The catalogue's registers, declared: systems and their parts, dictionaries, departments and vendors."""

from itsm.catalog.registers.calendars import CALENDARS
from itsm.catalog.registers.dictionaries import CATEGORIES, CODES, DEPARTMENTS
from itsm.catalog.registers.items import ITEMS
from itsm.catalog.registers.papers import CONTACTS, PAPERS
from itsm.catalog.registers.systems import INTERFACES, MODULES, SYSTEMS
from itsm.catalog.registers.vendors import VENDORS

REGISTERS = (
    *(SYSTEMS, MODULES, INTERFACES, VENDORS, DEPARTMENTS, CATEGORIES, CODES),
    *(PAPERS, CONTACTS, ITEMS, CALENDARS),
)
