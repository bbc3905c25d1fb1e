"""manage.py load_bulk: what it writes is what the verbs would have written."""

import io
import json
import multiprocessing
import os
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.models import F, Q
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit import canonical, chain, log
from itsm.audit.models import Event
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.numbering import counters
from slas import timetables
from slas.ladder import Rung
from slas.models import Clock
from tickets.bulk import links, loading, plan, stripped, words, writers
from tickets.bulk.clocks import Promise
from tickets.bulk.rows import COLUMNS, EVENTS, Ids, rows
from tickets.bulk.world import Named, Place, Product, Story, World
from tickets.enums import Kind as TicketKind
from tickets.enums import State, Verb
from tickets.models import Comment, Ticket
from tickets.records import TicketClock
from tickets.transitions import FLOWS

AT = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
OPEN = (State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)  # an incident's


def promise(kind: str) -> Promise:
    rung = Rung(1, kind, "P3", "percent", 100, ("assignee",), (), True, False)
    return Promise(3600 if kind == "response" else 28800, 1, None, timetables.ROUND_THE_CLOCK, (rung,))


WORLD = World(
    places=(Place(1, "消化内科", False), Place(2, "手术室", True)),
    systems=(Product(1, "检验信息系统", "LIS", "A", 7, (Named(1, "条码"), Named(2, "审核"))),),
    weights=(1,),
    categories=(Named(1, "打印机", "TE01"), Named(2, "接口超时", "IF01")),
    engineers=(Named(1, "压测工程师01"), Named(2, "压测工程师02")),
    agents=(Named(3, "压测坐席01"),),
    matrix={(impact, urgency): Priority.P3 for impact in Impact.values for urgency in Urgency.values},
    promises={(kind, priority): promise(kind) for kind in ("response", "resolution") for priority in Priority.values},
)


NOW = int(AT.timestamp())


def blocks(seed: int, tickets: int = 1_600, open_share: float = 0.03) -> list[plan.Block]:
    return plan.blocks(plan.Order(tickets, seed, AT, open_share), WORLD, timezone.get_default_timezone())


def told(seed: int, tickets: int = 1_600, open_share: float = 0.03) -> list[Story]:
    return [story for block in blocks(seed, tickets, open_share) for story in plan.tell(block, WORLD, NOW)]


def test_tell_with_the_same_seed_gives_the_same_stories():
    assert told(1) == told(1)
    assert [story.title for story in told(1)] != [story.title for story in told(2)]


def test_tell_follows_the_transitions_of_the_verbs():
    for story in told(1):
        state = State.NEW
        for act in story.acts:
            if act.verb in Verb:
                state, _clocks = FLOWS[TicketKind.INCIDENT][state, Verb(act.verb)]
        assert state == story.state
        assert [act.at for act in story.acts] == sorted(act.at for act in story.acts)
        assert story.acts[-1].at <= AT.timestamp()


def test_tell_leaves_the_asked_share_open_and_few_of_them_overdue():
    stories, now = told(1, tickets=4_000), AT.timestamp()
    still_open = [story for story in stories if story.state in OPEN]
    overdue = [story for story in still_open if story.state != "on_hold" and story.due < now]
    assert len(still_open) == 120
    assert {story.state for story in still_open} == set(OPEN)
    assert 0 < len(overdue) < 20


def test_tell_never_leaves_more_than_five_thousand_open():
    still_open = [ticket for block in blocks(1, 11_000, 0.5) for ticket in block.tickets if isinstance(ticket, Story)]
    assert len(still_open) == plan.MOST_OPEN


def test_tell_says_three_things_a_ticket_in_some_hundred_characters():
    stories = told(1)
    said = sum(1 for story in stories for act in story.acts if act.said)
    assert 2.8 < said / len(stories) < 3.6
    assert 70 < sum(len(story.description) for story in stories) / len(stories) < 130


def test_tell_needs_no_other_block():
    third = blocks(1)[2]
    assert list(plan.tell(third, WORLD, NOW)) == told(1)[third.place : third.place + len(third.tickets)]


def test_tell_keeps_the_order_of_opening_over_the_blocks():
    opened = [story.opened for story in told(1)]
    assert opened == sorted(opened)
    assert [block.place for block in blocks(1)] == [0, 500, 1000, 1500]


def test_tell_says_a_rare_phrase_on_every_fifteen_hundredth_ticket():
    said = [story for story in told(1, 9_000) if any(phrase in story.description for phrase in words.RARE)]
    assert len(said) == 6


def test_tell_names_duties_and_no_persons():
    assert {story.reporter for story in told(1)} <= set(words.REPORTERS)
    assert {"护士站", "值班护士", "收费窗口3号", "技师2号"} <= set(words.REPORTERS)


def test_rows_hash_an_event_as_the_audit_log_does():
    lines = rows(told(1, 200), map(str, range(200)), Ids(1, 1, 1), NOW, audit=True).lines[EVENTS]
    for line in lines:
        values = dict(zip(COLUMNS[EVENTS], line.split("\t"), strict=True))
        values["actor_id"] = None if values["actor_id"] == "\\N" else int(values["actor_id"])
        values |= {"object_id": int(values["object_id"]), "detail": json.loads(values["detail"])}
        assert canonical.body_hash(values) == values["body_hash"]


def test_written_gives_every_result_in_order():
    with writers.written(lambda number: number * number, range(20)) as found:
        assert list(found) == [number * number for number in range(20)]


def test_written_tells_when_a_writer_ended_early():
    with pytest.raises(ChildProcessError), writers.written(lambda number: os._exit(number), range(3)) as found:
        list(found)


def test_written_ends_its_writers_when_the_reader_gives_up():
    with writers.written(lambda number: bytes(1 << 20), range(100)) as found:
        next(found)
    assert multiprocessing.active_children() == []


@pytest.fixture
def loaded(transactional_db: None) -> None:
    call_command("seed_dictionaries", stdout=io.StringIO())
    call_command("load_bulk", tickets=300, stdout=io.StringIO())


def on_day(day: str) -> list[str]:
    return sorted(Ticket.objects.filter(number__startswith=f"GD{day}-").values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_load_bulk_writes_what_the_verbs_would_have_written(loaded):
    tickets = Ticket.objects.all()
    assert tickets.count() == 300
    assert Clock.objects.count() == 600 + TicketClock.objects.count()
    assert Clock.objects.filter(cycle=2).count() == TicketClock.objects.count() > 0
    assert list(chain.verify()) == []
    assert not tickets.open().filter(resolution_clock__state="met").exists()
    assert not tickets.filter(state="closed").exclude(resolution_clock__met_at=F("resolved_at")).exists()
    assert not tickets.filter(state="on_hold").exclude(resolution_clock__state="paused").exists()
    assert not Clock.objects.filter(Q(met_at__gt=F("due_at")) & Q(breached_at=None)).exists()
    assert not Clock.objects.exclude(breached_at=None).filter(escalations=None).exists()
    for ticket in tickets:
        events = Event.objects.about(ticket)
        assert ticket.version == events.count()
        assert events.first().verb == "tickets.open"
        assert events.last().at == ticket.updated_at
        assert ticket.due_at == ticket.clock.due_at
    assert Event.objects.filter(verb__in=["tickets.reply", "tickets.note"]).count() == Comment.objects.count()


@pytest.mark.django_db(transaction=True)
def test_load_bulk_numbers_every_day_without_gaps(loaded):
    for day, count in Counter(number[2:10] for number in Ticket.objects.values_list("number", flat=True)).items():
        assert on_day(day) == [f"GD{day}-{place:04d}" for place in range(1, count + 1)]


@pytest.mark.django_db(transaction=True)
def test_load_bulk_lets_new_tickets_continue_the_numbers(loaded):
    newest = Ticket.objects.latest("opened_at")
    day = timezone.localdate(newest.opened_at)
    with transaction.atomic():
        number = counters.take("GD", day)
    assert int(number.partition("-")[2]) == len(on_day(f"{day:%Y%m%d}")) + 1


@pytest.mark.django_db(transaction=True)
def test_load_bulk_onto_tickets_is_refused_without_append(loaded):
    with pytest.raises(CommandError, match="--append"):
        call_command("load_bulk", tickets=10, stdout=io.StringIO())
    assert Ticket.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_load_bulk_with_append_keeps_numbers_gap_free(loaded):
    call_command("load_bulk", tickets=50, seed=2, append=True, stdout=io.StringIO())
    days = Counter(number[2:10] for number in Ticket.objects.values_list("number", flat=True))
    assert sum(days.values()) == 350
    assert all(int(on_day(day)[-1].partition("-")[2]) == count for day, count in days.items())
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_load_bulk_without_dictionaries_is_refused():
    with pytest.raises(CommandError, match="seed_dictionaries"):
        call_command("load_bulk", tickets=10, stdout=io.StringIO())
    assert Ticket.objects.count() == 0


_CATALOGUE = """
    SELECT pg_get_indexdef(indexrelid), indisvalid::text FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
    UNION ALL SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[])
    UNION ALL SELECT tgname, pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger
        WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
    ORDER BY 1, 2
"""


def catalogue() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE, {"tables": [*COLUMNS, links.LINKS]})
        return cursor.fetchall()


@pytest.fixture
def seeded(transactional_db: None) -> None:
    call_command("seed_dictionaries", stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("audit", [True, False])
def test_load_bulk_leaves_indexes_constraints_and_triggers_as_they_were(seeded, audit):
    before = catalogue()
    call_command("load_bulk", tickets=60, no_audit=not audit, stdout=io.StringIO())
    assert catalogue() == before
    assert ("audit_event_chain", True) in [(name, text.endswith("O")) for name, text in before]


def test_stripped_drops_and_restores(transactional_db):
    before = catalogue()
    with transaction.atomic(), connection.cursor() as cursor, stripped.stripped(cursor, [*COLUMNS, links.LINKS]):
        within = catalogue()
    assert len(within) < len(before) - 30
    assert catalogue() == before


@pytest.mark.django_db(transaction=True)
def test_load_bulk_broken_off_leaves_everything_as_it_was(seeded):
    def break_off(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    before, events = catalogue(), Event.objects.count()
    with pytest.raises(KeyboardInterrupt):
        loading.load(plan.Order(1_200, 1, AT), break_off)
    assert catalogue() == before
    assert [Ticket.objects.count(), Event.objects.count(), User.objects.count()] == [0, events, 0]
    assert list(chain.verify()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [0, 5])
def test_load_bulk_lets_ordinary_events_continue_the_chain(loaded, more):
    if more:
        call_command("load_bulk", tickets=more, seed=2, append=True, stdout=io.StringIO())
    with transaction.atomic():
        log.record("tickets.note", Ticket.objects.first(), by=None, at=AT)
    assert list(chain.verify()) == []
    assert Event.objects.latest("pk").link.seq == Event.objects.count()


@pytest.mark.django_db(transaction=True)
def test_load_bulk_of_a_few_onto_many_keeps_the_indexes(loaded, monkeypatch):
    monkeypatch.setattr(loading, "stripped", None)
    before = catalogue()
    call_command("load_bulk", tickets=40, seed=2, append=True, stdout=io.StringIO())
    assert Ticket.objects.count() == 340
    assert catalogue() == before
    assert list(chain.verify()) == []


def rolled_back_load() -> tuple[list, list]:
    with transaction.atomic():
        loading._load_large(plan.Order(600, 1, AT), lambda done: None)
        tickets = Ticket.objects.order_by("number").values_list("number", "title", "reporter_name", "updated_at")
        said = Comment.objects.order_by("pk").values_list("ticket__number", "body", "said_at")
        found = list(tickets), list(said)
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db(transaction=True)
def test_load_bulk_gives_the_same_tickets_for_the_same_seed(seeded):
    assert rolled_back_load() == rolled_back_load()


@pytest.mark.django_db(transaction=True)
def test_load_bulk_while_others_hold_the_tables_is_refused(seeded, monkeypatch):
    monkeypatch.setattr(stripped, "LOCK_SECONDS", 1)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        other.cursor().execute("SELECT FROM tickets_ticket")
        with pytest.raises(CommandError, match="stop the desk"):
            call_command("load_bulk", tickets=10, stdout=io.StringIO())
    finally:
        other.rollback()
        other.close()
    assert Ticket.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_load_bulk_writes_texts_that_the_search_finds(loaded):
    name = Ticket.objects.exclude(reporter_name__regex=r"\d").values_list("reporter_name", flat=True)[0]
    assert set(Ticket.objects.filter(reporter_name=name)) <= set(Ticket.objects.matching(name))


@pytest.mark.django_db(transaction=True)
def test_load_bulk_names_its_accounts_by_duty(loaded):
    assert User.objects.filter(name__regex=r"^压测(工程师|坐席)\d\d$").count() == User.objects.count() == 40
