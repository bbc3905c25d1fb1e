"""Each question about the product's health and its answer: how well, how much, and what it means."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from itsm.catalog import holiday_reminders
from itsm.catalog.calendar_watch import Reach
from itsm.notifications.enums import Delivery
from itsm.notifications.models import Message
from itsm.operation import heartbeat, machine, runs, schema, seals
from itsm.operation.enums import Health, Kind
from itsm.operation.models import Heartbeat
from itsm.pages.lengths import spell
from slas.models import Clock
from tickets.mail import reading
from tickets.records import Mailbox

LATE_SWEEP, DEAD_SWEEP = timedelta(minutes=2), timedelta(minutes=10)
LATE_MAILBOX, DEAD_MAILBOX = timedelta(minutes=10), timedelta(hours=2)
LATE_OUTBOX, DEAD_OUTBOX = timedelta(minutes=10), timedelta(hours=2)
STEP_SHOWN = timedelta(days=1)
DAILY = timedelta(hours=26)
DRILL_DAYS = timedelta(days=35)
FEW_BYTES, FULL_SHARE = 2 * 1024**3, 0.10
EMPTY_BYTES = 200 * 1024**2
MANY_SESSIONS = 100_000


class Finding(NamedTuple):
    """One answer. value: in words for people; number: the same for a machine, in the unit of its key."""

    key: str
    label: Promise
    state: Health
    value: str
    sentence: str = ""
    number: float | None = None


def database() -> Finding:
    """Answers, and has the tables of this version."""
    label = gettext_lazy("Database")
    missing = schema.missing()
    if missing:
        return Finding("database", label, Health.BAD, missing[0], _("The database is not up to date; migrate it."))
    return Finding("database", label, Health.OK, _("answers, up to date"))


def scheduler(at: datetime) -> Finding:
    """Seconds since the last sweep came to its end."""
    label = gettext_lazy("Scheduler")
    last = Heartbeat.objects.filter(pk=1).values_list("swept_at", flat=True).first()
    if last is None:
        return Finding("scheduler", label, Health.BAD, _("never"), _late_sentence())
    lag = max(timedelta(0), at - last)
    state = _graded(lag, LATE_SWEEP, DEAD_SWEEP)
    return Finding("scheduler", label, state, _ago(lag), "" if state == Health.OK else _late_sentence(), _s(lag))


def _late_sentence() -> str:
    return _("Deadlines are looked at late. Start worker and beat, or run: manage.py sweep")


def clocks(at: datetime) -> Finding:
    """Deadlines that have passed for some time and were not told."""
    count = Clock.objects.due_before(at - LATE_SWEEP).order_by().count()
    state = Health.BAD if count else Health.OK
    sentence = _("Their escalation is missing until the next sweep.") if count else ""
    return Finding("unswept_clocks", gettext_lazy("Missed deadlines not told"), state, str(count), sentence, count)


def alarm_lag(at: datetime) -> Finding:
    """How long the oldest alarm that is due waits for a sweep."""
    label = gettext_lazy("Oldest alarm not told")
    oldest = Clock.objects.due_before(at).values_list("next_alarm_at", flat=True).first()
    if oldest is None:
        return Finding("alarm_lag", label, Health.OK, _("none"), number=0)
    lag = at - oldest
    state = _graded(lag, LATE_SWEEP, DEAD_SWEEP)
    return Finding("alarm_lag", label, state, spell(lag.total_seconds()), "", _s(lag))


def parked() -> Finding:
    """Clocks that the sweep could not do five times over."""
    count = Clock.objects.parked().count()
    sentence = _("Their levels are not told. See why and try again under: Parked clocks.") if count else ""
    state = Health.BAD if count else Health.OK
    return Finding("parked_clocks", gettext_lazy("Parked clocks"), state, str(count), sentence, count)


def gaps() -> Finding:
    """Open promises without a deadline: nothing is agreed for them, or a year's table is missing."""
    count = Clock.objects.gaping().count()
    sentence = _("Complete the agreement or the calendar; “Cannot be timed” lists the tickets.") if count else ""
    state = Health.WARN if count else Health.OK
    return Finding("clock_gaps", gettext_lazy("Promises without a deadline"), state, str(count), sentence, count)


def clock_step(at: datetime) -> Finding:
    """Whether somebody has set the machine's clock within a day."""
    label = gettext_lazy("Machine clock")
    last = Heartbeat.objects.filter(pk=1).first()
    if last is None:
        return Finding("clock_step", label, Health.UNKNOWN, _("not yet measured"))
    if last.stepped_at is None or at - last.stepped_at > STEP_SHOWN:
        return Finding("clock_step", label, Health.OK, _("steady"), number=0)
    value = _("set by {seconds} s").format(seconds=f"{last.step_seconds:+d}")
    sentence = _("Times written around then are off by as much; check the time server.")
    if last.step_seconds >= heartbeat.STEP_SECONDS and at - last.stepped_at < heartbeat.HOLD:
        sentence = _("Nothing is told for a minute, because what is due by it may not be due. Check the time server.")
    return Finding("clock_step", label, Health.WARN, value, sentence, last.step_seconds)


def outbox(at: datetime) -> Finding:
    """How long the oldest message waits to be sent."""
    label, since = gettext_lazy("Messages waiting"), Message.objects.outgoing().overdue(at)
    if since is None:
        return Finding("outbox_age", label, Health.OK, _("none"), number=0)
    waits = max(timedelta(0), at - since)
    state = _graded(waits, LATE_OUTBOX, DEAD_OUTBOX)
    advice = _("They go out late; notices in the desk do not. See Outgoing messages, or run: manage.py relay")
    sentence = "" if state == Health.OK else advice
    return Finding("outbox_age", label, state, spell(waits.total_seconds()), sentence, _s(waits))


def dead_letters() -> Finding:
    """Messages that were tried for the last time."""
    count = Message.objects.outgoing().in_state(Delivery.DEAD).count()
    sentence = _("They are not tried again by themselves; send them again under Outgoing messages.") if count else ""
    state = Health.WARN if count else Health.OK
    return Finding("dead_letters", gettext_lazy("Messages not delivered"), state, str(count), sentence, count)


def mailbox(at: datetime) -> list[Finding]:
    """Seconds since the mailbox was read, and why it was not; nothing where none is configured."""
    name = reading.name()
    if not name:
        return []
    label, box = gettext_lazy("Mailbox read"), Mailbox.objects.filter(name=name).first()
    if box is None or box.read_at is None:
        said = box.error if box else _("Start worker and beat, or run: manage.py read_mail")
        return [Finding("mailbox", label, Health.WARN, _("never"), said)]
    lag = max(timedelta(0), at - box.read_at)
    state = _graded(lag, LATE_MAILBOX, DEAD_MAILBOX)
    state = Health.WARN if state == Health.OK and box.error else state
    sentence = box.error or ("" if state == Health.OK else _("Start worker and beat, or run: manage.py read_mail"))
    return [Finding("mailbox", label, state, _ago(lag), sentence, _s(lag))]


def broker() -> Finding:
    """Whether wake-ups get through."""
    label = gettext_lazy("Wake-up queue (Redis)")
    if machine.broker_answers(settings.CELERY_BROKER_URL):
        return Finding("broker", label, Health.OK, _("answers"), number=1)
    sentence = _("Reporting, signing in and lists work. Deadlines and mail wait until it is back.")
    return Finding("broker", label, Health.WARN, _("does not answer"), sentence, 0)


def disks() -> list[Finding]:
    """Room for uploads, and for the database where its folder can be seen."""
    return [
        _disk("media_disk", gettext_lazy("Disk of the uploads"), Path(settings.MEDIA_ROOT)),
        _disk("database_disk", gettext_lazy("Disk of the database"), _database_folder()),
    ]


def _database_folder() -> Path | None:
    if settings.DATABASE_FOLDER:
        return Path(settings.DATABASE_FOLDER)
    if not connection.settings_dict["HOST"].startswith("/"):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        found = cursor.fetchone()
    return Path(found[0]) if found and found[0] else None


def _disk(key: str, label: Promise, folder: Path | None) -> Finding:
    room = machine.free_bytes(_existing(folder)) if folder else None
    if room is None:
        sentence = _("Measured on the database's own machine, or set DATABASE_FOLDER.")
        return Finding(key, label, Health.UNKNOWN, _("not visible from here"), sentence)
    free, total = room
    state = Health.OK
    if free < EMPTY_BYTES:
        state = Health.BAD
    elif free < FEW_BYTES or free < total * FULL_SHARE:
        state = Health.WARN
    value = _("{free} GB of {total} GB free").format(free=f"{free / 1024**3:.1f}", total=f"{total / 1024**3:.0f}")
    sentence = "" if state == Health.OK else _("Make room before uploads or the database are refused.")
    return Finding(key, label, state, value, sentence, free)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: nothing may have been uploaded yet."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)


def last_run(kind: Kind, key: str, label: Promise, at: datetime, *, within: timedelta, advice: str) -> Finding:
    """The last backup, drill or check: whether it went well, and how long ago."""
    run = runs.latest(kind)
    if run is None:
        return Finding(key, label, Health.WARN, _("never"), advice)
    age = max(timedelta(0), at - run.ended_at)
    if not run.is_ok:
        return Finding(key, label, Health.BAD, _("failed {time}").format(time=_ago(age)), run.sentence, _s(age))
    if age > within:
        return Finding(key, label, Health.WARN, _ago(age), advice, _s(age))
    return Finding(key, label, Health.OK, _ago(age), run.words, _s(age))


def seal() -> Finding:
    """The newest seal of the audit log, to be compared with a printed one."""
    label = gettext_lazy("Audit log seal")
    newest = seals.last()
    if newest is None:
        return Finding("seal", label, Health.UNKNOWN, _("none yet"), _("The nightly check writes one a day."))
    day = timezone.localtime(newest.sealed_at)
    value = _("{day}, event {seq}").format(day=f"{day:%Y-%m-%d}", seq=newest.seq)
    return Finding("seal", label, Health.OK, value, newest.hash, newest.seq)


def sessions(at: datetime) -> Finding:
    """Expired sessions that the night has not cleared."""
    count = Session.objects.filter(expire_date__lt=at).count()
    state = Health.WARN if count > MANY_SESSIONS else Health.OK
    return Finding("expired_sessions", gettext_lazy("Expired sessions"), state, str(count), number=count)


def every(at: datetime) -> list[Finding]:
    """All findings; when the database does not answer, only what can be said without it."""
    try:
        return _all(at)
    except DatabaseError:
        sentence = _("Nothing can be read or saved. Faults are reported by phone: {phone}.")
        gone = sentence.format(phone=settings.DESK_PHONE)
        return [Finding("database", gettext_lazy("Database"), Health.BAD, _("does not answer"), gone), broker()]


def _all(at: datetime) -> list[Finding]:
    state = database()
    if state.state != Health.OK:
        return [state, broker()]
    nightly = _("Run every night: manage.py backup --to FOLDER")
    rehearse = _("Rehearse once a month: manage.py restore_drill FOLDER")
    verify = _("Worker and beat check it every night; or now with the button above.")
    common: dict[str, Any] = {"at": at}
    return [
        state,
        broker(),
        scheduler(at),
        clocks(at),
        alarm_lag(at),
        parked(),
        gaps(),
        clock_step(at),
        outbox(at),
        dead_letters(),
        *mailbox(at),
        *disks(),
        last_run(Kind.BACKUP, "backup", gettext_lazy("Last backup"), within=DAILY, advice=nightly, **common),
        last_run(Kind.DRILL, "drill", gettext_lazy("Last restore drill"), within=DRILL_DAYS, advice=rehearse, **common),
        last_run(Kind.VERIFICATION, "audit", gettext_lazy("Audit log check"), within=DAILY, advice=verify, **common),
        seal(),
        sessions(at),
        holidays(timezone.localdate(at)),
    ]


def holidays(on: date) -> Finding:
    """Whether the official tables of holidays reach far enough ahead. number: days that can be counted in."""
    label = gettext_lazy("Official holidays")
    found = holiday_reminders.state(on)
    if found is None:
        return Finding("holidays", label, Health.OK, _("no calendar follows them"))
    if found.reach == Reach.FINE:
        value = _("until the end of {year}").format(year=found.year - 1)
        return Finding("holidays", label, Health.OK, value, number=found.days)
    value = _("{year} is not maintained").format(year=found.year)
    sentence = _("Deadlines that fall into that year cannot be counted. Enter the notice under Calendars.")
    state = Health.WARN if found.reach == Reach.DUE else Health.BAD
    return Finding("holidays", label, state, value, sentence, found.days)


def _graded(found: timedelta, warn: timedelta, bad: timedelta) -> Health:
    return Health.BAD if found >= bad else Health.WARN if found >= warn else Health.OK


def _ago(passed: timedelta) -> str:
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return ngettext("{n} second ago", "{n} seconds ago", seconds).format(n=seconds)
    return _("{time} ago").format(time=spell(seconds))


def _s(passed: timedelta) -> float:
    return round(passed.total_seconds(), 1)
