"""What only the machine knows: its clocks, its disks, and whether the broker answers."""

import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

BROKER_SECONDS = 1.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Reading(NamedTuple):
    """Both clocks at one moment: the wall's, which can be set, and the seconds since the machine started."""

    wall: datetime
    uptime_seconds: float
    boot_id: str


def read_clocks() -> Reading:
    """Read here and together, because only their difference shows that somebody has set the clock."""
    boot_id = ""
    with suppress(OSError):
        boot_id = _BOOT_ID.read_text(encoding="ascii").strip()
    return Reading(datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME), boot_id)


def free_bytes(folder: Path) -> tuple[int, int] | None:
    """Free and all bytes of the disk below the folder; None where it cannot be seen from here."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free, usage.total


def broker_answers(url: str, *, seconds: float = BROKER_SECONDS) -> bool:
    """Whether the broker answers a ping in that time; a hung one does not."""
    try:
        with _client(url, seconds) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError, ValueError):
        return False


def _client(url: str, seconds: float) -> redis.Redis:
    limits = {"socket_timeout": seconds, "socket_connect_timeout": seconds, "retry": Retry(NoBackoff(), 0)}
    parts = urlsplit(url)
    if parts.scheme in {"redis+socket", "unix"}:
        database = int(parse_qs(parts.query).get("virtual_host", ["0"])[0])
        return redis.Redis(unix_socket_path=parts.path, db=database, **limits)
    return redis.Redis.from_url(url, **limits)
