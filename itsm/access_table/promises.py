"""Service levels."""

from itsm.access_table.words import BLIND, FAR, QUEUE, Address, verb

TABLE: dict[str, Address] = {
    # service levels
    "slas:agreement": Address(QUEUE),
    "slas:policy": Address(QUEUE),
    "slas:compare": Address(QUEUE),
    "slas:draft": Address(post="HIT PM"),
    "slas:discard": Address(post="HIT PM"),
    "slas:preview": Address("HIT HLD PM"),
    "slas:publish": Address(post="HIT HLD"),
    "slas:part_new": Address("HIT PM", "HIT PM"),
    "slas:part": Address("HIT PM", "HIT PM"),
    "slas:part_remove": Address(post="HIT PM"),
    "slas:calculator": Address(QUEUE),
    "api:agreements": Address(QUEUE),
    "api:deadline": Address(QUEUE),
    "tickets:deadlines": Address(QUEUE, hidden=BLIND, far=FAR),
    "tickets:acknowledge": verb("CTO DSK ENG EXP HIT HLD PLT PM VND", bound="CTO HIT HLD"),
    "tickets:parked": Address("PM SYS", "PM SYS"),
    "tickets:fix_deadline": verb("PM"),
    "tickets:annul": verb("PM"),
    "tickets:decide_annulment": verb("HIT HLD"),
    "tickets:board": Address(QUEUE),
    "tickets:unmatched": Address(QUEUE),
    "tickets:recalculate": Address("HIT HLD PM", "HIT HLD PM"),
    "tickets:annulments": Address("CTO HIT HLD PM"),
}
