"""manage.py load_bulk: what it writes is what the verbs would have written."""

import io
import random
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from itsm.audit import chain
from itsm.audit.models import Event
from itsm.catalog.enums import Impact, Priority, Urgency
from itsm.numbering import counters
from slas.enums import Kind
from slas.models import Clock
from tickets.bulk import loading
from tickets.bulk.world import Named, Place, Product, Story, World
from tickets.enums import OPEN_STATES, State, Verb
from tickets.models import Comment, Ticket
from tickets.transitions import STEPS

AT = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
WORLD = World(
    places=(Place(1, "消化内科", False), Place(2, "手术室", True)),
    systems=(Product(1, "检验信息系统", "LIS", "A", 7, (Named(1, "条码"), Named(2, "审核"))),),
    weights=(1,),
    categories=(Named(1, "打印机", "TE01"), Named(2, "接口超时", "IF01")),
    engineers=(Named(1, "马超"), Named(2, "郑凯")),
    agents=(Named(3, "王倩"),),
    matrix={(impact, urgency): Priority.P3 for impact in Impact.values for urgency in Urgency.values},
    targets={(kind, priority): 3600 if kind == "response" else 28800 for kind in Kind.values for priority in Priority},
)


def told(seed: int, tickets: int = 1_600, open_share: float = 0.03) -> list[Story]:
    order = loading.Order(tickets, seed, AT, open_share)
    return list(loading.tell(random.Random(seed), WORLD, order, int(AT.timestamp())))


def test_tell_with_the_same_seed_gives_the_same_stories():
    assert told(1) == told(1)
    assert [story.title for story in told(1)] != [story.title for story in told(2)]


def test_tell_follows_the_transitions_of_the_verbs():
    for story in told(1):
        state = State.NEW
        for act in story.acts:
            if act.verb in Verb:
                state, _clocks = STEPS[state, Verb(act.verb)]
        assert state == story.state
        assert [act.at for act in story.acts] == sorted(act.at for act in story.acts)
        assert story.acts[-1].at <= AT.timestamp()


def test_tell_leaves_the_asked_share_open_and_few_of_them_overdue():
    stories, now = told(1, tickets=4_000), AT.timestamp()
    still_open = [story for story in stories if story.state in OPEN_STATES]
    overdue = [story for story in still_open if story.state != "on_hold" and story.due < now]
    assert len(still_open) == 120
    assert {story.state for story in still_open} == set(OPEN_STATES)
    assert 0 < len(overdue) < 20


def test_tell_never_leaves_more_than_five_thousand_open():
    order = loading.Order(11_000, 1, AT, 0.5)
    moments = loading.tell(random.Random(1), WORLD, order, int(AT.timestamp()))
    assert sum(story.state in OPEN_STATES for story in moments) == loading.MOST_OPEN


def test_tell_says_three_things_a_ticket_in_some_hundred_characters():
    stories = told(1)
    said = sum(1 for story in stories for act in story.acts if act.said)
    assert 2.8 < said / len(stories) < 3.6
    assert 70 < sum(len(story.description) for story in stories) / len(stories) < 130


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
    assert Clock.objects.count() == 600
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
