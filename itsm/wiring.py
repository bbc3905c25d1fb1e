"""Who answers which event: one look tells. Reactions write rows only."""

from collections.abc import Callable
from typing import Any

from documents.events import FileInfected
from itsm.accounts.events import AccountActed
from itsm.audit.reactions import note_act, note_export, write
from itsm.catalog.events import CalendarPublished
from itsm.catalog.registers import items, papers
from itsm.events import Acted
from itsm.exports.sources import Source
from itsm.imports.offers import offer
from itsm.operation import heartbeat
from itsm.pages.events import ListExported
from itsm.reports.workbook import FIGURES_BOOK
from slas import previews
from slas import reactions as promises
from slas.events import AgreementPublished, ClocksMoved, LevelsReached, PausesEnded, SweepBegins, SweepEnded
from tickets import disputes, escalations, exporting, follow_ups, kind_words, notices, panels, reactions, timing
from tickets.events import (
    FilesAttached,
    TicketMerged,
    TicketMoved,
    TicketOpened,
    TicketRated,
    TicketReplied,
    TicketUrged,
)

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    AccountActed: [write],
    Acted: [note_act],
    ListExported: [note_export],
    LevelsReached: [escalations.tell],
    PausesEnded: [escalations.tell_limit],
    ClocksMoved: [escalations.follow_clocks],
    AgreementPublished: [escalations.fill_gaps],
    CalendarPublished: [promises.follow_calendar],
    SweepBegins: [heartbeat.guard],
    SweepEnded: [heartbeat.note, escalations.fill_gaps],
    TicketOpened: [reactions.announce],
    TicketMoved: [reactions.tell_assignee, notices.tell_duplicates, disputes.watch, follow_ups.ask_after],
    TicketMerged: [notices.tell_merged],
    TicketUrged: [notices.tell_urged],
    TicketRated: [follow_ups.take_rating],
    TicketReplied: [reactions.tell_reply],
    FilesAttached: [reactions.tell_files],
    FileInfected: [reactions.warn_infected],
}

# What apps add to the page of a record that lies below them, by "<app>.<noun>" of its register.
PANELS: dict[str, list[Callable[..., Any]]] = {
    "catalog.system": [panels.open_tickets, items.of_system, papers.of_system],
    "catalog.vendor": [papers.of_vendor, papers.contacts_of],
    # the effect of a calendar's draft: handed the rules that count, or None, and the new ones
    "catalog.calendar_draft": [previews.sample_deadlines],
}
# What apps offer on a list that lies below them, by "<app>.<noun>".
OFFERS: dict[str, list[Callable[..., Any]]] = {
    "accounts.person": [offer("people")],
    "catalog.department": [offer("departments")],
    "catalog.system": [offer("systems")],
    "catalog.module": [offer("modules")],
}
# What can be had as a file that is made in the background.
EXPORTS: list[Source] = [exporting.TICKETS, FIGURES_BOOK]
# What the agreement is made for: the callers' words for what is measured and for why time may stand still, and what
# decides the service level of a clock.
SUBJECTS = kind_words.subjects
WAITS = kind_words.waits
MEASURED = timing.subjects_of
# What a person still holds, asked before an account is closed.
HELD: list[Callable[[Any], Any]] = [reactions.held]
