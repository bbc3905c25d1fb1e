"""Whether the seals are whole."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from itsm.reports.monthly import canonical, verification
from itsm.reports.monthly.models import Seal
from tests import factories
from tests.reports.monthly import told
from tests.reports.monthly.told import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]


@pytest.fixture
def seal() -> Seal:
    """A sealed report of one ticket."""
    factories.ticket(moment=factories.at("2026-10-01 00:00"))
    return told.submitted(Cast()).seals.get()


def behind_the_trigger(sql, *params):
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reports_seal DISABLE TRIGGER reports_seal_insert_only")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE reports_seal ENABLE TRIGGER reports_seal_insert_only")


def test_verify_reports_of_whole_seals_is_content(seal):
    out = StringIO()
    call_command("verify_reports", stdout=out)
    assert out.getvalue() == "1 sealed reports are whole.\n"


def test_verify_reports_finds_one_changed_byte(seal):
    behind_the_trigger("UPDATE reports_seal SET content = replace(content, '响应超时2件', '响应超时1件')")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_reports", stderr=err)
    assert "2026-10 V1.0 #1" in err.getvalue()


def test_verify_finds_a_hash_that_was_changed_along(seal):
    content = seal.content.replace("响应超时2件", "响应超时1件")
    behind_the_trigger("UPDATE reports_seal SET content = %s, sha256 = %s", content, canonical.digest(content))
    assert [str(fault.sentence) for fault in verification.verify()[1]] == ["审计日志中的哈希与之不同。"]


def test_verify_finds_a_seal_that_is_gone(seal):
    behind_the_trigger("DELETE FROM reports_seal")
    assert [str(fault.sentence) for fault in verification.verify()[1]] == ["封存记录缺失。"]
