"""Who may open and send what: one row per address. `manage.py show_access` prints it.

tests/test_access.py walks every address × role × method with an own, a foreign and a missing record and
fails when the product does otherwise, or when an address stands in no row. The ticket called "own" is in
the walker's hands, on a system that the walker and the walker's company own, and was reported by
somebody else; the "foreign" one belongs to other people, another company and another system.
"""

from typing import NamedTuple

from itsm.accounts.roles import ROLES
from tickets.verbs import FORMS, SAY

EVERYBODY = " ".join(sorted(ROLES))
BLIND = "ARC AUD CLI SEC SUR SYS"  # see only what they reported themselves
FAR = "CTO DSK EXE HIT HLD PM"  # see every ticket
QUEUE = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND"
DESK = "DSK PM"
ENGINEERS = "CTO ENG EXP PLT PM"
HANDS = "CTO DSK ENG EXP PLT PM"
DECIDERS = "CTO HLD PM"
SIGNERS = "CTO HIT HLD PM"
SENDERS_BACK = "CTO DSK ENG EXP HIT HLD PLT PM"
TALKERS = "CTO DSK ENG EXP HIT HLD PLT PM VND"
REVEALERS = "CTO DSK ENG EXP HIT HLD PLT PM"
WRITERS = "CTO DSK ENG EXP HIT HLD INS PLT PM VND"
IMPORTERS = "HIT PM SYS"
INTAKE = "DSK HIT HLD INS PLT PM"
CURATORS = "HIT PM"
KEEPERS = "HIT HLD PM"  # keep calendars and official holidays
DICTIONARY = f"{QUEUE} SYS"
STAFF = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM SYS"  # read the departments: our side and the hospital's IT
OUR_SIDE = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM"  # see the whole catalogue; a vendor's contact the own company's
CONTRACTS = "CTO EXE HIT HLD PM"  # read the contract, what expires and the proofs of original service
SERVICES = f"ARC {OUR_SIDE}"  # read the service catalogue


def all_but(roles: str) -> str:
    """Every other role."""
    return " ".join(role for role in sorted(ROLES) if role not in roles.split())


NO_CONTRACTS, NO_SERVICES, NO_ITEMS = all_but(CONTRACTS), all_but(SERVICES), all_but(OUR_SIDE)


class Address(NamedTuple):
    """One address.

    get, post: the roles that may; None where the address does not know the method. Every other role is
    forbidden (403), but `hidden` names those who do not even find the record (404). far: the roles for
    which a foreign record is like an own one; the others do not find it. bound: of these, who sees it but
    may not act on it (403), because the verb takes a relation to the record. public: no sign-in needed.
    machine: only with a token or a signature of its own: no person finds it (404), or where nobody signs in
    either, whoever has none gets 401.
    """

    get: str | None = None
    post: str | None = None
    hidden: str = ""
    far: str = EVERYBODY
    bound: str = ""
    public: bool = False
    machine: bool = False


def verb(roles: str, *, bound: str = "") -> Address:
    """A verb on a ticket: sent only, hidden from those who do not see the ticket."""
    return Address(post=roles, hidden=BLIND, far=FAR, bound=bound)


def agreement(roles: str) -> Address:
    """A verb on a contract or a part of it, hidden from those who read no contracts."""
    return Address(post=roles, hidden=NO_CONTRACTS)


def register(app: str, noun: str, read: str, edit: str, *, far: str = EVERYBODY) -> "dict[str, Address]":
    """The eight addresses of a register: everybody who does not read it finds no record."""
    blind = " ".join(role for role in sorted(ROLES) if role not in read.split())
    return {
        f"{app}:{noun}_list": Address(read),
        **{f"{app}:{noun}_{kind}": Address(read) for kind in ("xlsx", "csv")},
        f"{app}:{noun}_new": Address(edit, edit),
        f"{app}:{noun}_detail": Address(read, hidden=blind, far=far),
        f"{app}:{noun}_edit": Address(edit, edit, hidden=blind, far=far),
        f"{app}:{noun}_retire": Address(post=edit, hidden=blind, far=far),
        f"{app}:{noun}_restore": Address(post=edit, hidden=blind, far=far),
    }


def public(get: str | None = EVERYBODY, post: str | None = None) -> Address:
    """A page for everybody, signed in or not."""
    return Address(get, post, public=True)


TABLE: dict[str, Address] = {
    "home": public(),
    "elements": Address(QUEUE),
    "health_live": public(),
    "health_ready": public(),
    "health_deep": Address("", machine=True),
    "styleguide": public(),
    "privacy_patterns": public(),
    # accounts
    "accounts:sign_in": public(),
    "accounts:sign_out": public(get=None, post=EVERYBODY),
    # operation
    "operation:page": Address("HIT HLD SYS"),
    "operation:verify": Address(post="SYS"),
    "accounts:oidc": public(),
    "accounts:oidc_callback": public(),
    "accounts:own": Address(EVERYBODY, EVERYBODY),
    "accounts:password": Address(EVERYBODY, EVERYBODY),
    "accounts:second_factor": Address(EVERYBODY, EVERYBODY),
    "accounts:recovery_codes": Address(post=EVERYBODY),
    "accounts:end_sessions": Address(post=EVERYBODY),
    "accounts:people": Address("SEC SYS"),
    "accounts:people_xlsx": Address("SEC SYS"),
    "accounts:people_csv": Address("SEC SYS"),
    "accounts:new": Address("SYS", "SYS"),
    "accounts:person": Address("SEC SYS"),
    "accounts:edit": Address("SYS", "SYS"),
    "accounts:grant": Address("SEC", "SEC"),
    "accounts:deactivate": Address("SYS", "SYS"),
    "accounts:restore": Address("SYS", "SYS"),
    "accounts:reset_password": Address(post="SYS"),
    "accounts:reset_second_factor": Address("SEC", "SEC"),
    # audit
    "audit:events": Address("AUD"),
    "audit:events_xlsx": Address("AUD"),
    "audit:events_csv": Address("AUD"),
    "audit:event": Address("AUD"),
    "audit:verify": Address(post="AUD"),
    # the versions of a record: for those who may open its page and work on its side
    "history:ticket": Address(QUEUE, hidden=BLIND, far=FAR),
    "history:sheet": Address(QUEUE, hidden=BLIND, far=FAR),
    "history:person": Address("SEC SYS", hidden=all_but("SEC SYS")),
    "history:contract": Address("HIT HLD PM", hidden=all_but("HIT HLD PM")),
    "history:service": Address("HIT HLD PM", hidden=all_but("HIT HLD PM")),
    "history:item": Address("HIT PLT PM", hidden=all_but("HIT PLT PM")),
    "history:department": Address(f"{CURATORS} SYS", hidden=all_but(f"{CURATORS} SYS")),
    **{
        f"history:{noun}": Address(CURATORS, hidden=all_but(CURATORS))
        for noun in ("system", "module", "interface", "vendor", "category", "code")
    },
    **{
        f"history:{noun}": Address("HIT HLD PM", hidden=all_but("HIT HLD PM"))
        for noun in ("paper", "contact", "calendar")
    },
    "history:goal": Address("HLD PM", hidden=all_but("HLD PM")),
    # notifications
    "history:destination": Address("SYS", hidden=all_but("SYS")),
    "notifications:inbox": Address(EVERYBODY),
    "notifications:read": Address(post=EVERYBODY, far=""),
    "notifications:read_all": Address(post=EVERYBODY),
    "notifications:choose": Address(EVERYBODY, EVERYBODY),
    "notifications:outgoing": Address("HIT HLD PM SYS"),
    "notifications:resend": Address(post="HIT PM SYS", hidden=all_but("HIT HLD PM SYS")),
    "notifications:give_up": Address(post="HIT PM SYS", hidden=all_but("HIT HLD PM SYS")),
    "notifications:resend_many": Address(post="HIT PM SYS"),
    "notifications:give_up_many": Address(post="HIT PM SYS"),
    "notifications:announcements": Address(DESK),
    "notifications:mark_copied": Address(post=DESK, hidden=all_but(DESK)),
    **register("notifications", "destination", "HIT PM SYS", "SYS"),
    "notifications:destination_test": Address(post="SYS", hidden=all_but("HIT PM SYS")),
    "notifications:destination_rotate": Address(post="SYS", hidden=all_but("HIT PM SYS")),
    # the API's front
    "api:tokens": Address(EVERYBODY, EVERYBODY),
    "api:revoke_token": Address(post=EVERYBODY, far=""),
    "api:docs": Address(EVERYBODY),
    "api:schema": Address(EVERYBODY),
    "api:me": Address(EVERYBODY),
    "api:departments": Address(EVERYBODY),
    "api:calendars": Address(DICTIONARY),
    "api:holidays": Address(DICTIONARY),
    **{f"api:{name}": Address(QUEUE) for name in ("vendors", "systems", "modules", "interfaces", "categories")},
    # imports: everybody's own
    "imports:index": Address(IMPORTERS),
    "imports:new": Address(IMPORTERS, IMPORTERS, far=IMPORTERS),
    "imports:blank": Address(IMPORTERS, far=IMPORTERS),
    "imports:detail": Address(IMPORTERS, far=""),
    "imports:apply": Address(post=IMPORTERS, far=""),
    "imports:discard": Address(post=IMPORTERS, far=""),
    # exports: everybody's own
    "exports:index": Address(QUEUE),
    "exports:new": Address(QUEUE, QUEUE, far=QUEUE),
    "exports:detail": Address(QUEUE, far=""),
    "exports:file": Address(QUEUE, far=""),
    "exports:cancel": Address(post=QUEUE, far=""),
    "api:exports": Address(QUEUE, QUEUE),
    "api:export": Address(QUEUE, far=""),
    "api:export_cancel": Address(post=QUEUE, far=""),
    "api:export_file": Address(QUEUE, far=""),
    # catalogue
    **register("catalog", "system", QUEUE, CURATORS, far=OUR_SIDE),
    **register("catalog", "module", QUEUE, CURATORS, far=OUR_SIDE),
    **register("catalog", "interface", QUEUE, CURATORS, far=OUR_SIDE),
    **register("catalog", "vendor", QUEUE, CURATORS, far=OUR_SIDE),
    **register("catalog", "category", DICTIONARY, CURATORS),
    **register("catalog", "code", DICTIONARY, CURATORS),
    **register("catalog", "department", STAFF, f"{CURATORS} SYS"),
    **register("catalog", "paper", "CTO EXE HIT HLD PM VND", "HIT HLD PM", far="CTO EXE HIT HLD PM"),
    **register("catalog", "contact", "CTO EXE HIT HLD PM VND", "HIT HLD PM", far="CTO EXE HIT HLD PM"),
    **register("catalog", "item", OUR_SIDE, "HIT PLT PM"),
    **register("catalog", "calendar", DICTIONARY, KEEPERS),
    "catalog:calendar_draft": Address(KEEPERS, KEEPERS, hidden=all_but(DICTIONARY)),
    "catalog:calendar_publish": Address(KEEPERS, KEEPERS, hidden=all_but(DICTIONARY)),
    "catalog:calendar_discard": Address(post=KEEPERS, hidden=all_but(DICTIONARY)),
    "catalog:holiday_list": Address(DICTIONARY),
    "catalog:holiday": Address(DICTIONARY),
    "catalog:holiday_enter": Address(KEEPERS, KEEPERS),
    "catalog:holiday_blank": Address(KEEPERS),
    "catalog:holiday_unlock": Address(post=KEEPERS, hidden=all_but(DICTIONARY)),
    "catalog:item_impact": Address(OUR_SIDE, hidden=NO_ITEMS),
    "catalog:item_verify": Address(post="HIT PLT PM", hidden=NO_ITEMS),
    "catalog:item_relate": Address(post="HIT PLT PM", hidden=NO_ITEMS),
    "catalog:item_unrelate": Address(post="HIT PLT PM", hidden=NO_ITEMS),
    "catalog:contract_list": Address(CONTRACTS),
    "catalog:contract_new": Address("HIT HLD PM", "HIT HLD PM"),
    "catalog:contract": Address(CONTRACTS, hidden=NO_CONTRACTS),
    "catalog:contract_edit": Address("HIT HLD PM", "HIT HLD PM", hidden=NO_CONTRACTS),
    "catalog:contract_amend": Address("HLD", "HLD", hidden=NO_CONTRACTS),
    "catalog:contract_sign": agreement("HLD"),
    "catalog:contract_end": agreement("HLD"),
    "catalog:contract_scope": Address(CONTRACTS, "HIT HLD", hidden=NO_CONTRACTS),
    "catalog:year_evaluate": agreement("HIT HLD"),
    "catalog:year_decide": agreement("HLD"),
    "catalog:phase_finish": agreement("HLD"),
    "catalog:item_add": agreement("HIT HLD PM"),
    "catalog:check_tick": agreement("HIT HLD PM"),
    "catalog:check_waive": agreement("HLD"),
    "catalog:check_untick": agreement("HIT HLD PM"),
    "catalog:parameter_fill": agreement("HIT HLD PM"),
    "catalog:expiries": Address(CONTRACTS),
    "catalog:proofs": Address(CONTRACTS),
    "catalog:service_list": Address(SERVICES),
    "catalog:service_new": Address("HIT HLD PM", "HIT HLD PM"),
    "catalog:service": Address(SERVICES, hidden=NO_SERVICES),
    "catalog:service_edit": Address("HIT HLD PM", "HIT HLD PM", hidden=NO_SERVICES),
    "catalog:service_publish": Address(post="HLD PM", hidden=NO_SERVICES),
    "catalog:service_retire": Address(post="HLD PM", hidden=NO_SERVICES),
    "catalog:override_propose": Address(post="HIT HLD PM", hidden=NO_SERVICES),
    "catalog:override_approve": Address(post="HLD PM", hidden=NO_SERVICES),
    "catalog:override_reject": Address(post="HLD PM", hidden=NO_SERVICES),
    "catalog:missing": Address(QUEUE),
    "catalog:priorities": Address(DICTIONARY, CURATORS),
    # tickets: the reporter's pages
    "tickets:report": public(post=EVERYBODY),
    "tickets:receipt": public(),
    "tickets:track": public(),
    "tickets:track_confirm": public(get=None, post=EVERYBODY),
    "tickets:track_reopen": public(get=None, post=EVERYBODY),
    "tickets:track_reply": public(get=None, post=EVERYBODY),
    "tickets:track_rate": public(get=None, post=EVERYBODY),
    "tickets:track_file": public(),
    "tickets:track_preview": public(),
    # tickets: the desk
    "tickets:queue": Address(QUEUE),
    "tickets:mine": Address(ENGINEERS),
    "tickets:new": Address(INTAKE, INTAKE),
    "tickets:detail": Address(QUEUE, hidden=BLIND, far=FAR),
    "tickets:accept": verb(DESK),
    "tickets:claim": verb(ENGINEERS),
    "tickets:assign": verb(DESK),
    "tickets:transfer": verb(HANDS, bound="CTO"),
    "tickets:hold": verb(HANDS, bound="CTO"),
    "tickets:resume": verb(HANDS, bound="CTO"),
    "tickets:resolve": verb(HANDS, bound="CTO"),
    "tickets:close": verb(DESK),
    "tickets:reopen": verb(DESK),
    "tickets:cancel": verb(DESK),
    "tickets:arrive": verb(HANDS, bound="CTO"),
    "tickets:secure": verb(HANDS, bound="CTO"),
    "tickets:investigate": verb(f"{HANDS} HLD", bound="CTO"),
    "tickets:conclude": verb(f"{HANDS} HLD", bound="CTO"),
    "tickets:plan": verb(HANDS, bound="CTO"),
    "tickets:start": verb(HANDS, bound="CTO"),
    "tickets:reject": verb(DECIDERS),
    "tickets:submit": verb(HANDS, bound="CTO"),
    "tickets:sign": verb(SIGNERS),
    "tickets:send_back": verb(SENDERS_BACK),
    "tickets:convert": verb(DESK),
    "tickets:reply": verb(TALKERS),
    "tickets:note": verb(WRITERS),
    "tickets:correct": verb("PM"),
    "tickets:attach": verb(WRITERS),
    "tickets:file": Address(QUEUE, hidden=BLIND, far=FAR),
    "tickets:preview": Address(QUEUE, hidden=BLIND, far=FAR),
    "tickets:withdraw": verb(WRITERS, bound="CTO HIT HLD"),
    "tickets:reveal": verb(REVEALERS, bound="CTO"),
    "tickets:edit": Address(HANDS, HANDS, hidden=BLIND, far=FAR, bound="CTO"),
    "tickets:link": verb(HANDS),
    "tickets:unlink": verb(HANDS),
    "tickets:merge": verb(DESK),
    "tickets:merge_many": Address(post=DESK),
    "tickets:unmerge": verb(DESK),
    "tickets:split": verb(HANDS, bound="CTO"),
    "tickets:scope": verb(DESK),
    "tickets:decide": verb("PM"),
    "tickets:urge": verb(""),  # the reporter's alone
    "tickets:track_urge": public(get=None, post=EVERYBODY),
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
    # the figures: each counts what its reader may see
    "reports:kpis": Address(QUEUE),
    "reports:records": Address(QUEUE),
    "api:kpis": Address(QUEUE),
    "api:kpis_by": Address(QUEUE),
    "api:kpi_tickets": Address(QUEUE),
    # the dashboards, the lists behind their tiles, the contract's goals
    "boards:first": Address("CTO DSK ENG EXE EXP HIT HLD PLT PM VND"),
    "boards:cockpit": Address("CTO HIT HLD PM VND"),
    "boards:desk": Address("DSK HIT PM"),
    "boards:own": Address(ENGINEERS),
    "boards:executive": Address("EXE HIT HLD PM"),
    "boards:list": Address(QUEUE),
    **register("boards", "goal", CONTRACTS, "HLD PM"),
    "api:series": Address(QUEUE),
    "api:one_series": Address(QUEUE),
    # the monthly report: the contractor writes, the hospital approves
    "monthly:index": Address(CONTRACTS),
    "monthly:draft": Address(post="PM"),
    **{f"monthly:{page}": Address(CONTRACTS) for page in ("report", "edition", "records", "docx", "xlsx")},
    "monthly:write": Address("PM", "PM"),
    "api:monthly_reports": Address(CONTRACTS, "PM"),
    **{f"api:monthly_{page}": Address(CONTRACTS) for page in ("report", "edition", "records")},
    "api:monthly_write": Address(post="PM"),
    **{
        f"{app}{name}": Address(post=roles)
        for app in ("monthly:", "api:monthly_")
        for name, roles in {
            **dict.fromkeys(("redraw", "submit", "correct"), "PM"),
            "review": "CTO HIT",
            "approve": "HLD",
            "return": "CTO HIT HLD",
        }.items()
    },
    # tickets: follow-up calls
    "tickets:follow_up_list": Address(DESK),
    "tickets:follow_up": Address(DESK, far=FAR),
    "tickets:follow_up_attempt": Address(post=DESK, far=FAR),
    "tickets:follow_up_give_up": Address(post=DESK, far=FAR),
    "tickets:follow_up_rules": Address("PM", "PM"),
    "tickets:follow_up_rule": Address("PM", "PM"),
    "tickets:follow_up_rule_retire": Address(post="PM"),
    # outages: when a system was not there
    "tickets:outage_list": Address(QUEUE),
    "tickets:outage": Address(QUEUE, far=OUR_SIDE),
    "tickets:outage_new": Address("DSK HIT PLT PM", "DSK HIT PLT PM"),
    "tickets:outage_restore": Address(post="DSK HIT PLT PM", far=OUR_SIDE),
    "tickets:outage_exclude": Address(post="HIT HLD", far=OUR_SIDE),
    # tickets: letters that came by mail
    "tickets:letter_list": Address(DESK),
    "tickets:letter": Address(DESK),
    "tickets:letter_open": Address(post=DESK),
    "tickets:letter_file": Address(post=DESK),
    "tickets:letter_retry": Address(post=DESK),
    "tickets:letter_dismiss": Address(post=DESK),
    # tickets: monitoring systems that report by themselves
    "tickets:alert_source_list": Address("SYS", "SYS"),
    "tickets:alert_source": Address("SYS", "SYS"),
    "tickets:alert_source_rotate": Address(post="SYS"),
    "tickets:alert": Address(post="", public=True, machine=True),
}

# Tickets for programs: who may open and send a page's verb may do so here. A list shows everybody what they may see.
TABLE |= {
    "api:tickets": Address(EVERYBODY, INTAKE),
    "api:reports": Address(post=EVERYBODY),
    "api:ticket": TABLE["tickets:detail"],
    "api:people": Address(EVERYBODY),
    "api:handlers": Address(HANDS),
    "api:ticket_files": TABLE["tickets:attach"]._replace(get=TABLE["tickets:detail"].get),
    "api:ticket_file": TABLE["tickets:file"],
    "api:ticket_comments": TABLE["tickets:detail"],
    **{f"api:ticket_{verb}": TABLE[f"tickets:{verb}"] for verb in (*FORMS, *SAY)},
    "api:ticket_acknowledge": TABLE["tickets:acknowledge"],
}
