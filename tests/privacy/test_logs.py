"""No logger lets patient data out, in whatever way it is logged; error reports neither."""

import io
import logging
import sys

import pytest
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class

from itsm.logs import lines
from itsm.privacy.logs import mask_line

ID = "210102199003078515"

NUMBER, SHOWN = "210102199003078515", "210***********8515"
LOGGERS = (
    *(
        "",
        "django",
        "django.request",
        "django.server",
        "django.security",
        "django.db.backends",
        "celery",
        "celery.task",
    ),
    *("gunicorn.error", "gunicorn.access", "itsm", "itsm.notifications.relay", "tickets", "slas", "py.warnings"),
)


def written(logger: str, write) -> str:
    """What a plain handler on that logger writes."""
    place, log = io.StringIO(), logging.getLogger(logger)
    handler = logging.StreamHandler(place)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    before = (log.level, log.disabled)
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.disabled = False
    try:
        write(log)
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.disabled = before[1]
    return place.getvalue()


def fail(log: logging.Logger) -> None:
    try:
        raise ValueError(f"cannot parse {NUMBER}")
    except ValueError:
        log.exception("failed for %s", NUMBER)


WAYS = {
    "message": lambda log: log.warning(f"saw {NUMBER}"),
    "argument": lambda log: log.info("saw %s", NUMBER),
    "named argument": lambda log: log.info("saw %(who)s", {"who": NUMBER}),
    "object": lambda log: log.error(ValueError(NUMBER)),
    "exception": fail,
    "stack": lambda log: log.info("saw 身份证%s", NUMBER, stack_info=True),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("logger", LOGGERS)
def test_no_logger_writes_patient_data(logger, way):
    text = written(logger, WAYS[way])
    assert (NUMBER in text, SHOWN in text) == (False, True)


def test_a_clean_line_is_written_as_it_is():
    assert written("tickets", lambda log: log.warning("%s of %d %s", "GD20261014-0007", 7, ["a"])) == (
        "WARNING tickets GD20261014-0007 of 7 ['a']\n"
    )


def report(frame_of: str) -> tuple[str, str]:
    """An error report with the number in the message, in a variable and in what was sent."""
    request = RequestFactory().post("/report/", {"description": frame_of})
    try:
        raise ValueError(f"bad {frame_of}")
    except ValueError:
        reporter = get_exception_reporter_class(request)(request, *sys.exc_info())
        return reporter.get_traceback_html(), reporter.get_traceback_text()


def test_error_reports_mask_messages_variables_and_what_was_sent():
    html, text = report(NUMBER)
    assert [(NUMBER in one, SHOWN in one) for one in (html, text)] == [(False, True), (False, True)]


def test_every_processor_of_the_installation_runs_the_mask():
    assert mask_line in lines.PROCESSORS


def test_a_line_of_structlog_is_masked_in_every_text():
    line = {"event": f"saved {ID}", "request": {"path": [f"/x/{ID}"]}, "user_id": 7}
    for processor in lines.PROCESSORS:
        line = processor(None, "info", line)
    assert line == {"event": "saved 210***********8515", "request": {"path": ["/x/210***********8515"]}, "user_id": 7}
