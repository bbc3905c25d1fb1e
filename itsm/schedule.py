"""When the worker is woken; what is then due stands in the tables."""

from typing import Any

from celery.schedules import crontab


def table(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """The timetable of beat. expires: seconds after which a wake-up that nobody took is worth nothing."""
    return {
        "sweep-due-clocks": _every(float(sweep_seconds), "slas.sweep"),
        "run-imports": _every(20.0, "imports.run"),
        "run-exports": _every(20.0, "exports.run"),
        "count-days": _every(30.0, "reports.catch_up"),
        "relay-outbox": _every(20.0, "notifications.relay"),
        "read-mail": _every(60.0, "tickets.read_mail"),
        "scan-files": _every(60.0, "documents.scan_waiting"),
        "sweep-buckets": _at(crontab(minute=25), "limits.sweep", expires=600),
        "expire-exports": _at(crontab(minute="*/10"), "exports.expire", expires=300),
        "close-accounts": _at(crontab(hour=0, minute=20), "accounts.close"),
        "verify-audit": _at(crontab(hour=2, minute=40), "operation.verify"),
        "sweep-files": _at(crontab(hour=2, minute=40), "documents.sweep"),
        "clear-sessions": {"task": "operation.clear_sessions", "schedule": crontab(hour=3, minute=10)},
        "remind-of-expiries": {"task": "catalog.remind", "schedule": crontab(hour="7", minute="30")},
        "draw-reports": _every(60.0, "reports.draw"),
        "begin-reports": _at(crontab(hour=0, minute=35), "reports.begin"),
        "remind-of-reports": _at(crontab(minute="*/10"), "reports.remind", expires=600),
        "remind-of-holidays": {"task": "catalog.remind_holidays", "schedule": crontab(hour="7", minute="35")},
    }


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": 60}}


def _at(when: crontab, task: str, *, expires: int = 3600) -> dict[str, Any]:
    return {"task": task, "schedule": when, "options": {"expires": expires}}
