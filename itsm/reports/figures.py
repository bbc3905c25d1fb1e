"""What each figure is called and how it is reckoned, in words. The reckoning itself is in counting.py and kpis.py."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.reports.enums import Better, Unit


@dataclass(frozen=True)
class Figure:
    """One figure.

    formula: numerator / denominator in words. cohort: which records count, and by which moment. additive: whether
    its numerators and denominators of several periods or systems add up to those of the whole. version: rises
    when the formula changes.
    """

    code: str
    name: Promise
    unit: Unit
    better: Better
    formula: Promise
    cohort: Promise
    formula_version: int = 1
    additive: bool = True

    @property
    def is_rank(self) -> bool:
        """Whether it is one of the values itself, and not a sum over a count."""
        return self.code in RANKS


RANKS = frozenset({"K1M", "K1P"})
_REPORTED = _("Incidents reported in the period.")
_RESOLVED = _("Incidents whose last resolution lies in the period.")
_OPEN = _("Incidents open at the end of the period, or now while it lasts.")

_ALL = (
    Figure("N", _("Tickets reported"), Unit.COUNT, Better.NONE, _("Tickets."), _("Tickets reported in the period.")),
    Figure(
        "R", _("Tickets resolved"), Unit.COUNT, Better.NONE, _("Tickets."), _("Tickets last resolved in the period.")
    ),
    Figure(
        "K1",
        _("Mean time to first response"),
        Unit.MINUTES,
        Better.DOWN,
        _("Sum of response times on the promise's own clock / answered incidents."),
        _("Incidents reported in the period that somebody has answered."),
    ),
    Figure(
        "K1M",
        _("Median time to first response"),
        Unit.MINUTES,
        Better.DOWN,
        _("Half of the answered incidents waited no longer."),
        _("Incidents reported in the period that somebody has answered."),
        additive=False,
    ),
    Figure(
        "K1P",
        _("Response time of 90 %"),
        Unit.MINUTES,
        Better.DOWN,
        _("Nine of ten answered incidents waited no longer."),
        _("Incidents reported in the period that somebody has answered."),
        additive=False,
    ),
    Figure(
        "K1W",
        _("Not answered yet"),
        Unit.COUNT,
        Better.DOWN,
        _("Open incidents that nobody has answered."),
        _REPORTED,
    ),
    Figure(
        "K2",
        _("Responses in time"),
        Unit.RATIO,
        Better.UP,
        _("Answered in time / (answered + not answered and overdue). Exactly at the deadline is in time."),
        _REPORTED,
    ),
    Figure(
        "K3",
        _("Arrivals in time"),
        Unit.RATIO,
        Better.UP,
        _("Arrived in time / (arrived + not arrived and overdue). Whoever is sent again counts again."),
        _("Dispatches to the site in the period."),
    ),
    Figure(
        "K4",
        _("Resolutions in time"),
        Unit.RATIO,
        Better.UP,
        _("Resolved in time / (resolved + open whose deadline was missed in the period)."),
        _("Incidents whose last resolution, or while open whose missed deadline, lies in the period."),
    ),
    Figure(
        "K5",
        _("Mean time to restore"),
        Unit.MINUTES,
        Better.DOWN,
        _("Sum of the time that counts, without pauses / resolved incidents."),
        _RESOLVED,
    ),
    Figure(
        "K5G",
        _("Mean time to restore with pauses"),
        Unit.MINUTES,
        Better.DOWN,
        _("Sum of the time that counts, pauses included / resolved incidents."),
        _RESOLVED,
    ),
    Figure(
        "K6",
        _("Solved at the first go"),
        Unit.RATIO,
        Better.UP,
        _("Never reopened, never handed on, and no follow-up call says otherwise / resolved incidents."),
        _RESOLVED,
    ),
    Figure(
        "K7",
        _("Recurrence"),
        Unit.RATIO,
        Better.DOWN,
        _(
            "Recurred within 30 days (same system, module, fault category and department; a link made by hand "
            "decides) / resolved incidents."
        ),
        _RESOLVED,
    ),
    Figure(
        "K7O",
        _("Observation not over"),
        Unit.COUNT,
        Better.NONE,
        _("Not recurred so far, resolved less than 30 days ago / resolved incidents."),
        _RESOLVED,
    ),
    Figure(
        "K8",
        _("Share of reopened incidents"),
        Unit.RATIO,
        Better.DOWN,
        _("Reopened at least once / resolved incidents. An incident counts once."),
        _RESOLVED,
    ),
    Figure(
        "K9",
        _("Overdue backlog"),
        Unit.RATIO,
        Better.DOWN,
        _("Overdue / open."),
        _OPEN,
        additive=False,
    ),
    *(
        Figure(code, name, Unit.COUNT, Better.NONE, _("Open for so long / open."), _OPEN, additive=False)
        for code, name in (
            ("K9A", _("Open up to 1 day")),
            ("K9B", _("Open 2 to 3 days")),
            ("K9C", _("Open 4 to 7 days")),
            ("K9D", _("Open 8 to 30 days")),
            ("K9E", _("Open more than 30 days")),
        )
    ),
    Figure(
        "K10",
        _("Follow-up calls done"),
        Unit.RATIO,
        Better.UP,
        _("Calls done / calls that ended tickets asked for. Not reached after three tries is not done."),
        _("Calls asked for in the period, for tickets of every kind."),
    ),
    Figure(
        "K11",
        _("Satisfied ratings"),
        Unit.RATIO,
        Better.UP,
        _("Ratings of 4 or 5 / ratings."),
        _("Tickets of every kind rated in the period."),
    ),
    Figure(
        "K11M",
        _("Mean rating"),
        Unit.RATING,
        Better.UP,
        _("Sum of ratings / ratings."),
        _("Tickets of every kind rated in the period."),
    ),
    Figure(
        "K12",
        _("Availability"),
        Unit.RATIO,
        Better.UP,
        _(
            "(Promised - out without agreement) / promised, round the clock. Agreed windows are not promised; "
            "overlapping outages count once; what is excluded does not count."
        ),
        _("Maintained systems, over the period or until now."),
    ),
    Figure(
        "K13",
        _("Mean time to restore a system"),
        Unit.MINUTES,
        Better.DOWN,
        _("Sum of unplanned outages / their number."),
        _("Unplanned outages that ended in the period."),
    ),
    Figure(
        "K20",
        _("Found by ourselves"),
        Unit.RATIO,
        Better.UP,
        _("Found by inspection, monitoring or asking / these and incidents that users reported. A linked pair is one."),
        _("Hidden risks, alerts and incidents reported in the period."),
    ),
    Figure(
        "K31",
        _("Complaints found to be true"),
        Unit.COUNT,
        Better.DOWN,
        _("Found to be true / received."),
        _("Complaints received in the period."),
    ),
    Figure(
        "K31T",
        _("Complaints concluded in time"),
        Unit.RATIO,
        Better.UP,
        _("Concluded in time / due."),
        _("Complaints whose deadline lies in the period."),
    ),
    Figure(
        "K31H",
        _("Complaints dealt with"),
        Unit.RATIO,
        Better.UP,
        _("Dealt with / received."),
        _("Complaints received in the period."),
    ),
)
FIGURES: dict[str, Figure] = {figure.code: figure for figure in _ALL}
# K1 to K9 speak of incidents, unless they are asked by kind; the others of every ticket.
OF_INCIDENTS = frozenset(code for code in FIGURES if re.fullmatch("K[1-9][A-Z]?", code))

# How a page shows them: heading, then the figures below it.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (pgettext_lazy("figures", "Amount"), ("N", "R")),
    (_("Response"), ("K1", "K1M", "K1P", "K1W", "K2", "K3")),
    (_("Restoration"), ("K4", "K5", "K5G")),
    (_("Quality"), ("K6", "K7", "K7O", "K8")),
    (_("Backlog"), ("K9", "K9A", "K9B", "K9C", "K9D", "K9E")),
    (_("Follow-up and satisfaction"), ("K10", "K11", "K11M")),
    (_("Availability"), ("K12", "K13")),
    (_("Found by ourselves"), ("K20",)),
    (_("Complaints"), ("K31", "K31T", "K31H")),
)
# What a table by system, vendor or engineer shows.
MAIN = ("N", "K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11M", "K12")
