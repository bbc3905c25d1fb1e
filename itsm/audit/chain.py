"""Checking the audit chain from its first link to its last."""

from collections.abc import Iterable, Iterator
from itertools import islice

from itsm.audit import canonical
from itsm.audit.models import Event, Head, Link

_BATCH = 5_000


def batched(links: Iterable[Link], size: int) -> Iterator[list[Link]]:
    """The links in lists of at most `size`."""
    remaining = iter(links)
    while batch := list(islice(remaining, size)):
        yield batch


def verify() -> Iterator[str]:
    """Yield one sentence per fault found; nothing when the log is whole.

    Reads every event once, in batches. Finds a changed column, a removed or inserted event or link,
    a broken hash, a gap, and a cut tail. The log may grow meanwhile: what must be there is what the
    head said at the start, and what was added since is left to the next time.
    """
    head = Head.objects.first()
    if head is None:
        yield "The head of the chain was deleted."
        return
    previous, expected = canonical.GENESIS, 1
    for links in batched(Link.objects.filter(seq__lte=head.seq).order_by("seq").iterator(_BATCH), _BATCH):
        events = Event.objects.in_bulk([link.event_id for link in links])
        for link in links:
            if link.seq != expected:
                yield f"Link {expected} is missing: the next one is {link.seq}."
            yield from _faults(link, events.get(link.event_id), previous)
            previous, expected = link.hash, link.seq + 1
    yield from _loose_events()
    yield from _cut_tail(head, expected - 1, previous)
    yield from _beyond_head()


def _faults(link: Link, event: Event | None, previous: str) -> Iterator[str]:
    if event is None:
        yield f"Event {link.event_id} (link {link.seq}) was deleted."
        return
    if canonical.body_hash(event.__dict__) != event.body_hash:
        yield f"Event {event.pk} (link {link.seq}, {event.verb} {event.object_label}) was changed."
    if link.previous_hash != previous or link.hash != canonical.chain_hash(previous, event.body_hash):
        yield f"Link {link.seq} (event {event.pk}) does not continue the chain."


def _loose_events() -> Iterator[str]:
    for pk in Event.objects.filter(link=None).order_by("pk").values_list("pk", flat=True)[:100]:
        yield f"Event {pk} stands outside the chain."


def _cut_tail(head: Head, seq: int, last_hash: str) -> Iterator[str]:
    if head.seq != seq:
        yield f"The chain must end at link {head.seq}, but ends at {seq}: its tail was cut."
    elif head.hash != last_hash:
        yield f"The chain's last hash is not the recorded one (link {seq})."


def _beyond_head() -> Iterator[str]:
    """Links that no commit put there; the newest link is read before the head, which only grows."""
    newest = Link.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    head = Head.objects.get()
    if newest > head.seq:
        yield f"The chain must end at link {head.seq}, but link {newest} stands behind it."
