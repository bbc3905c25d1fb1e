"""Figures, dashboards and reports."""

from itsm.access_table.words import CONTRACTS, ENGINEERS, QUEUE, Address, register

ASSESSED = "CTO EXE HIT HLD PM VND"
WHOLE = "CTO EXE HIT HLD PM"

TABLE: dict[str, Address] = {
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
    # the assessment: the hospital's staff draw it, the contractor and the vendors appeal, the head decides and seals
    "assessments:index": Address(ASSESSED),
    "assessments:ranking": Address(WHOLE),
    "assessments:draw": Address(post="HIT"),
    "assessments:assessment": Address(ASSESSED, far=WHOLE),
    **{f"assessments:{verb}": Address(post="HIT") for verb in ("redraw", "submit")},
    "assessments:charge": Address("HIT", "HIT"),
    "assessments:withdraw": Address("HIT", "HIT"),
    **{f"assessments:{verb}": Address("PM VND", "PM VND", far=WHOLE) for verb in ("appeal", "appeal_item")},
    "assessments:decide": Address("HLD", "HLD"),
    "assessments:confirm": Address(post="HLD"),
    "assessments:schemes": Address(ASSESSED),
    "assessments:scheme": Address(ASSESSED),
    "assessments:draft": Address(post="HIT"),
    "assessments:discard": Address(post="HIT"),
    "assessments:publish": Address(post="HIT HLD"),
    "assessments:part_new": Address("HIT", "HIT"),
    "assessments:part": Address("HIT", "HIT"),
    "assessments:part_remove": Address(post="HIT"),
}
