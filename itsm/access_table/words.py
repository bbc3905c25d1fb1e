"""What a row says, and the roles that are named together."""

from typing import NamedTuple

from itsm.accounts.roles import ROLES

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


def files(app: str, name: str, address: Address) -> "dict[str, Address]":
    """The addresses of a list as each kind of file."""
    return {f"{app}:{name}_{kind}": address for kind in ("xlsx", "csv")}


def register(app: str, noun: str, read: str, edit: str, *, far: str = EVERYBODY) -> "dict[str, Address]":
    """The eight addresses of a register: everybody who does not read it finds no record."""
    blind = " ".join(role for role in sorted(ROLES) if role not in read.split())
    return {
        f"{app}:{noun}_list": Address(read),
        **files(app, noun, Address(read)),
        f"{app}:{noun}_new": Address(edit, edit),
        f"{app}:{noun}_detail": Address(read, hidden=blind, far=far),
        f"{app}:{noun}_edit": Address(edit, edit, hidden=blind, far=far),
        f"{app}:{noun}_retire": Address(post=edit, hidden=blind, far=far),
        f"{app}:{noun}_restore": Address(post=edit, hidden=blind, far=far),
    }


def public(get: str | None = EVERYBODY, post: str | None = None) -> Address:
    """A page for everybody, signed in or not."""
    return Address(get, post, public=True)
