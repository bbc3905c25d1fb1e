"""The four dashboards: which tiles and panels each of them is made of."""

from dataclasses import replace
from typing import Any

from itsm.reports import words
from itsm.reports.asking import Question
from itsm.reports.boards import charts, links, parts, tiles
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.boards.frame import Frame, frame
from itsm.reports.boards.tiles import Tile
from itsm.reports.enums import Dimension
from itsm.reports.readings import NUMERATOR

ROWS = 10
LARGE = ("K4", "K2", "K12", "K6", "K11M", "N")


def cockpit(asked: Question) -> dict[str, Any]:
    """The manager's: what burns now, what was promised, where it comes from."""
    board = frame(asked, Dimension.SYSTEM, Dimension.VENDOR)
    systems, vendors = parts.groups(board)
    return {
        "frame": board,
        "tiles": [
            tiles.counted("urgent", asked, tone="red", icon="urgent"),
            tiles.counted("overdue", asked, tone="red", icon="alarm"),
            tiles.counted("soon", asked, tone="orange", icon="clock-exclamation"),
            tiles.counted("on_hold", asked, tone="yellow", icon="player-pause"),
            tiles.counted("late_response", asked, tone="red", icon="message-report"),
            tiles.counted("late_resolution", asked, tone="red", icon="clock-check"),
        ],
        "promises": parts.promises(board),
        "urgent": parts.urgent(board),
        "urgent_url": links.cohort("urgent", asked),
        "chart": charts.trend(board, rates=("K2", "K4"), counts=("N", "R")),
        "systems": systems,
        "systems_url": links.table(Dimension.SYSTEM, asked),
        "vendors": vendors,
        "vendors_url": links.table(Dimension.VENDOR, asked),
        "headings": parts.HEADINGS,
        **_backlog(board),
        "held": parts.held(board),
        "ratings": parts.ratings(board),
    }


def _backlog(board: Frame) -> dict[str, Any]:
    reading = board.standing["K9"]
    return {
        "ages": parts.ages(board),
        "backlog": f"{reading.denominator:,}",
        "backlog_url": links.figure(reading, board.asked),
        "backlog_late": reading.numerator,
        "backlog_late_url": links.figure(reading, board.asked, half=NUMERATOR),
    }


def desk(asked: Question) -> dict[str, Any]:
    """The desk lead's: what came in and how, what lies there, whom to call."""
    board = frame(asked)
    return {
        "frame": board,
        "tiles": [
            tiles.counted("unanswered", asked, tone="red", icon="message-question"),
            tiles.counted("unassigned", asked, tone="orange", icon="user-question"),
            tiles.counted("on_hold", asked, tone="yellow", icon="player-pause"),
            tiles.counted("overdue", asked, tone="red", icon="alarm"),
            tiles.counted("to_call", asked, icon="phone-call"),
            tiles.counted("called_late", asked, tone="red", icon="phone-call"),
        ],
        "chart": charts.intake(board),
        "channels": tiles.bars(charts.channels(board)),
        "waiting": list(COHORTS["unassigned"].of(asked).with_row().order_by("due_at", "id")[: parts.URGENT_ROWS]),
        "waiting_url": links.cohort("unassigned", asked),
        "held": parts.held(board),
        "promises": parts.promises(board),
    }


def own(asked: Question) -> dict[str, Any]:
    """The engineer's: what is in one's own hands and how one has done."""
    asked = asked._replace(scope=replace(asked.scope, engineer=asked.user.pk))
    board = frame(asked)
    return {
        "frame": board,
        "tiles": [
            tiles.counted("open", asked, icon="stack-2"),
            tiles.counted("overdue", asked, tone="red", icon="alarm"),
            tiles.counted("soon", asked, tone="orange", icon="clock-exclamation"),
            tiles.counted("on_hold", asked, tone="yellow", icon="player-pause"),
            tiles.measured("R", board.over(board.period)["R"], board, icon="checks"),
            tiles.measured("K5", board.over(board.period)["K5"], board, icon="clock"),
        ],
        "mine": list(COHORTS["open"].of(asked).with_row().order_by("due_at", "id")[:ROWS]),
        "mine_url": links.cohort("open", asked),
        "promises": parts.promises(board, parts.OWN),
        "chart": charts.trend(board, rates=("K2", "K4"), counts=("R",)),
        "ratings": parts.ratings(board),
    }


def executive(asked: Question) -> dict[str, Any]:
    """The executive's: a few large figures with their goal, their change and their year."""
    board = frame(asked)
    return {
        "frame": board,
        "tiles": [
            tiles.counted("urgent", asked, tone="red", icon="urgent"),
            tiles.counted("open", asked, icon="stack-2"),
        ],
        "large": [_large(code, board) for code in LARGE],
        "chart": charts.trend(board, rates=("K2", "K4"), counts=("N", "R")),
        **_backlog(board),
    }


def _large(code: str, board: Frame) -> Tile:
    """A figure of the period with its goal, what has changed, and twelve months of it."""
    now, before = board.over(board.period)[code], _before(code, board)
    months = [board.over(month)[code] for month in board.months]
    line = tiles.spark(months, [month.slug for month in board.months], board.goal(code))
    return tiles.measured(code, now, board)._replace(change=words.change(now, before), spark=line)


def _before(code: str, board: Frame) -> Any:
    return board.over(board.period.previous())[code]
