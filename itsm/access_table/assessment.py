"""Assessments for programs; the pages stand with the figures."""

from itsm.access_table.words import CONTRACTS, Address

READERS = f"{CONTRACTS} VND"

TABLE: dict[str, Address] = {
    "api:assessments": Address(READERS, "HIT"),
    "api:assessment": Address(READERS, far=CONTRACTS),
    "api:assessment_charge": Address(post="HIT"),
    "api:assessment_withdraw": Address(post="HIT"),
    "api:assessment_submit": Address(post="HIT"),
    "api:assessment_appeal": Address(post="PM VND", far=CONTRACTS),
    "api:assessment_appeal_item": Address(post="PM VND", far=CONTRACTS),
    "api:assessment_decide": Address(post="HLD"),
    "api:assessment_confirm": Address(post="HLD"),
    "api:assessment_schemes": Address(READERS),
    "api:assessment_ranking": Address(CONTRACTS),
}
