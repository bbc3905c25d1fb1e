"""PURE: counting business time. Every calendar is 24×7 for now, so business time is plain time."""

from datetime import datetime, timedelta


def due(start: datetime, seconds: int) -> datetime:
    """The moment at which `seconds` of business time have passed since `start`."""
    return start + timedelta(seconds=seconds)


def seconds(start: datetime, end: datetime) -> int:
    """Whole business seconds from `start` to `end`; negative when `end` is earlier."""
    return int((end - start).total_seconds() // 1)
