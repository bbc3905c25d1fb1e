"""How a log line is made: JSON for a machine to collect, or words for a person at a terminal.

Lines of structlog and of the standard library go the same way and look the same.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from itsm.logs.masking import masked_text


def mask(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Take the secrets of links out of every text of the line, tracebacks included."""
    return {key: masked_text(value) if isinstance(value, str) else value for key, value in event.items()}


# What every line passes before it is written; a room that knows more secrets adds its own.
PROCESSORS: list[Processor] = [mask]


def _last(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The processors that stand in PROCESSORS when the line is written."""
    for processor in PROCESSORS:
        event = processor(logger, method, event)  # type: ignore[assignment]
    return event


def _before() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(allow=()),
    ]


def _renderers(readable: bool) -> Sequence[Processor]:
    if readable:
        return [structlog.dev.ConsoleRenderer(colors=False)]
    return [structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]


def configure() -> None:
    """Send structlog's own loggers through the standard library."""
    structlog.configure(
        processors=[
            *_before()[:-1],
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def configuration(*, readable: bool, level: str) -> dict[str, Any]:
    """The dictionary for logging.config; lines go to standard error.

    Django's own lines about answers of 4xx and 5xx are left out: the access line has the status and
    a failed request its traceback.
    """
    configure()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            _last,
            *_renderers(readable),
        ],
        "foreign_pre_chain": _before(),
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "CRITICAL"},
            "celery.app.trace": {"level": "ERROR"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
