"""kill -9 for whoever sends, while the receiver reads: nothing lost, and one repeat for each kill at most."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.utils import timezone

from itsm.notifications import destinations, identity, outbox
from itsm.notifications.models import Destination, Message
from itsm.notifications.outbox import Broadcast
from tests import servers
from tests.notifications import robot_server
from tests.notifications.robot_server import RobotServer
from tests.parallel import until

pytestmark = pytest.mark.xdist_group("machine")
SOON = 40.0


@pytest.fixture
def receiver(hospital_open: ModuleType) -> Iterator[RobotServer]:
    """A receiver of webhooks that takes its time."""
    with robot_server.running() as server:
        server.pause = 0.05
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "OUTBOUND_HOSTS", [server.host])
            values = {"name": "接口", "kind": "webhook", "address": server.url("/hook")}
            destinations.create(Destination, by=None, at=timezone.now(), values=values)
        yield server


def announce(number: int) -> None:
    """That many messages wait."""
    told = [Broadcast(f"c:{one}", "GD1", urgent=True) for one in range(number)]
    outbox.broadcast(told, at=timezone.now())


def variables(receiver: RobotServer) -> dict[str, str]:
    return servers.environment("redis+socket:///nowhere", SECRET_KEY=settings.SECRET_KEY, OUTBOUND_HOSTS=receiver.host)


def left() -> int:
    return Message.objects.filter(next_try_at__isnull=False).count()


def relay_rest(receiver: RobotServer, folder: Path) -> None:
    """What a dead relay has claimed is tried again, after its minute."""
    Message.objects.filter(claimed_at__isnull=False).update(next_try_at=timezone.now())
    Destination.objects.update(away_until=None)
    with servers.manage(variables(receiver), folder, "relay", name="rest") as relay:
        assert relay.wait(SOON) == 0, servers.tail(folder, "rest")


def arrived(receiver: RobotServer) -> Counter[str]:
    return Counter(call.headers["X-Event-Id"] for call in receiver.calls)


def ids() -> set[str]:
    return {identity.event_id(message) for message in Message.objects.filter(channel="group")}


def test_a_relay_killed_while_it_sends_repeats_that_message_alone(receiver: RobotServer, folder: Path) -> None:
    announce(5)
    receiver.pause = 30
    with servers.manage(variables(receiver), folder, "relay") as relay:
        until(lambda: receiver.calls, SOON, lambda: servers.tail(folder, "manage"))
        servers.kill(relay)
    assert (left(), Message.objects.filter(claimed_at__isnull=False).count()) == (5, 1)
    receiver.pause = 0
    relay_rest(receiver, folder)
    found = arrived(receiver)
    assert (set(found), sorted(found.values()), left()) == (ids(), [1, 1, 1, 1, 2], 0)


def test_two_relays_at_once_send_each_message_once(receiver: RobotServer, folder: Path) -> None:
    announce(60)
    with ExitStack() as two:
        relays = [two.enter_context(servers.manage(variables(receiver), folder, "relay", name=name)) for name in "ab"]
        assert [relay.wait(SOON) for relay in relays] == [0, 0], servers.tail(folder, "a", "b")
    assert arrived(receiver) == dict.fromkeys(ids(), 1)


def test_relays_killed_at_random_moments_lose_nothing_and_repeat_once_a_kill(
    receiver: RobotServer, folder: Path
) -> None:
    announce(100)
    chance, kills = random.Random(7), 4
    for turn in range(kills):
        seen, name = len(receiver.calls), f"turn-{turn}"
        with servers.manage(variables(receiver), folder, "relay", name=name) as relay:
            until(lambda seen=seen: len(receiver.calls) > seen, SOON, lambda name=name: servers.tail(folder, name))
            time.sleep(chance.uniform(0, 0.4))
            servers.kill(relay)
    relay_rest(receiver, folder)
    found = arrived(receiver)
    assert (set(found), left()) == (ids(), 0)
    assert sum(found.values()) - len(found) <= kills
