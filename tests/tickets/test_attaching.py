"""Files on tickets: who may add, see, read and withdraw them, and that no word is lost when a file is refused."""

import logging

import pytest

from documents import places, scanning
from documents.models import StoredFile
from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.documents import makers
from tests.tickets.stages import Desk, last_event, later, reporter, titles, written
from tickets import attaching, conversation
from tickets.enums import Audience
from tickets.models import Attachment, Comment

TEXT = ("备注.txt", b"words")
PATIENT_READERS = "CTO DSK ENG EXP HIT PLT PM"
SEERS = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND"


def file(name: str = "备注.txt", content: bytes = b"words"):
    return factories.upload(name, content)


def attach(desk: Desk, ticket, by, **options) -> list[Attachment]:
    return attaching.attach(ticket, by=by, at=later(70), uploads=factories.uploads(), **options)


# attach


def test_attach_by_the_desk_is_internal_unless_told_otherwise(desk, media):
    ticket = desk.ticket("in_progress")
    [hidden] = attach(desk, ticket, desk.agent)
    [shown] = attach(desk, ticket, desk.agent, is_public=True)
    assert (hidden.audience, shown.audience) == (Audience.INTERNAL, Audience.PUBLIC)


def test_attach_by_the_reporter_is_public(desk, media):
    ticket = desk.ticket()
    [added] = attach(desk, ticket, reporter(ticket))
    assert (added.audience, added.from_requester, added.added_by_name) == (Audience.PUBLIC, True, "值班护士")


def test_attach_writes_who_added_what(desk, media):
    ticket = desk.ticket("in_progress")
    [added] = attach(desk, ticket, desk.engineer)
    files = [{"file": str(added.file.uuid), "name": "备注.txt", "sha256": added.file.sha256}]
    assert last_event(ticket) == ("tickets.attach", "工程师甲", later(70), {"files": files, "audience": "internal"})
    assert (added.added_by, added.added_at, added.comment) == (desk.engineer, later(70), None)


def test_attach_gives_the_ticket_a_new_version(desk, media):
    ticket = desk.ticket("in_progress")
    attach(desk, ticket, desk.engineer)
    before, version = ticket.version, ticket.__class__.objects.get(pk=ticket.pk).version
    assert version == before + 1


def test_attach_tells_the_assignee_what_others_add(desk, media):
    ticket = desk.ticket("in_progress")
    attach(desk, ticket, desk.engineer)
    assert f"{ticket.number} 有新附件" not in titles(desk.engineer)
    attach(desk, ticket, reporter(ticket))
    assert titles(desk.engineer)[-1] == f"{ticket.number} 有新附件"


def test_attach_by_a_stranger_is_refused_and_writes_nothing(desk, media):
    ticket = desk.ticket()
    before = written()
    with pytest.raises(NotAllowed):
        attach(desk, ticket, factories.user("CLI"))
    assert (written(), StoredFile.objects.count()) == (before, 0)


def test_attach_for_the_reporter_of_an_ended_ticket_is_refused(desk, media):
    ticket = desk.ticket("closed")
    with pytest.raises(TransitionRefused):
        attach(desk, ticket, desk.agent, is_public=True)
    with pytest.raises(TransitionRefused):
        attach(desk, ticket, reporter(ticket))
    assert len(attach(desk, ticket, desk.agent)) == 1  # a proof for our own side may come late


def test_attach_before_the_report_is_refused(desk, media):
    with pytest.raises(RuleBroken):
        attaching.attach(desk.ticket(), by=desk.agent, at=later(-5), uploads=factories.uploads())


@pytest.mark.parametrize("files, megabytes, kept", [(2, 200, 2), (60, 200, 3), (60, 1, 2)])
def test_attach_keeps_to_what_a_ticket_may_hold(desk, media, settings, files, megabytes, kept):
    settings.TICKET_MAX_FILES, settings.TICKET_MAX_MEGABYTES = files, megabytes
    sent = factories.uploads(*(file(f"{n}.txt", b"a" * 400_000) for n in range(3)))
    ticket = desk.ticket()
    attaching.attach(ticket, by=desk.agent, at=later(1), uploads=sent)
    assert (ticket.attachments.count(), len(sent.refused)) == (kept, 3 - kept)
    assert all("附件已达上限" in sentence for sentence in sent.refused)


def test_attach_without_a_good_file_is_refused_with_its_reason(desk, media):
    sent = factories.uploads(file("a.exe", b"MZ" + bytes(20)))
    with pytest.raises(RuleBroken, match=r"“a\.exe”"):
        attaching.attach(desk.ticket(), by=desk.agent, at=later(1), uploads=sent)


# words with files


@pytest.mark.parametrize("verb, audience", [("reply", "public"), ("note", "internal")])
def test_words_and_their_files_have_the_same_readers(desk, media, verb, audience):
    ticket = desk.ticket("in_progress")
    say = getattr(conversation, verb)
    comment = say(ticket, by=desk.engineer, at=later(70), body="见附件", uploads=factories.uploads())
    added = Attachment.objects.get()
    assert (added.comment, added.audience, added.ticket) == (comment, audience, ticket)


def test_reply_on_a_full_disk_keeps_the_words_and_names_the_file(desk, media, monkeypatch, caplog):
    def full(source, target):
        raise OSError(28, "No space left on device")

    ticket, sent = desk.ticket("in_progress"), factories.uploads()
    monkeypatch.setattr(places, "move", full)
    with caplog.at_level(logging.CRITICAL):
        conversation.reply(ticket, by=desk.engineer, at=later(70), body="见附件", uploads=sent)
    assert (Comment.objects.get().body, Attachment.objects.count()) == ("见附件", 0)
    assert sent.refused == ["“备注.txt”：服务器磁盘已满或不可写，文件未能保存。"]


def test_open_ticket_keeps_the_files_of_the_report(hospital, media):
    ticket = factories.ticket()
    assert ticket.attachments.count() == 0
    sent = factories.uploads(file(), file("截图.png", makers.picture()))
    ticket = factories.ticket(uploads=sent)
    rows = ticket.attachments.values_list("file__name", "audience", "from_requester", "added_by_name")
    assert list(rows) == [("备注.txt", "public", True, "值班护士"), ("截图.png", "public", True, "值班护士")]
    assert [added["name"] for added in last_event(ticket)[3]["files"]] == ["备注.txt", "截图.png"]


# withdraw


def test_withdraw_hides_the_file_and_keeps_row_and_content(desk, media):
    ticket = desk.ticket("in_progress")
    [added] = attach(desk, ticket, desk.engineer)
    attaching.withdraw(ticket, by=desk.engineer, at=later(80), attachment=added, reason="传错了")
    added.refresh_from_db()
    assert (added.withdrawn_at, added.withdrawn_by) == (later(80), desk.engineer)
    assert places.kept(added.file.uuid).is_file()
    assert last_event(ticket)[0] == "tickets.withdraw"
    assert last_event(ticket)[3]["reason"] == "传错了"


def test_withdraw_twice_is_refused(desk, media):
    ticket = desk.ticket("in_progress")
    [added] = attach(desk, ticket, desk.engineer)
    attaching.withdraw(ticket, by=desk.engineer, at=later(80), attachment=added, reason="传错了")
    before = written()
    with pytest.raises(TransitionRefused):
        attaching.withdraw(ticket, by=desk.agent, at=later(81), attachment=added, reason="传错了")
    assert written() == before


@pytest.mark.parametrize(
    "own, roles", [(True, "CTO DSK ENG EXP HIT HLD INS PLT PM VND"), (False, "DSK PM")], ids=["own", "another's"]
)
def test_withdraw_by_role_and_relation(own, roles):
    me = {code: factories.User(pk=1, roles=[code]) for code in ROLES}
    added = Attachment(added_by_id=1 if own else 2)
    assert " ".join(sorted(code for code in ROLES if attaching.can_withdraw(me[code], added))) == roles


# seeing and reading


@pytest.mark.django_db
def test_visible_to_by_role(desk, media):
    ticket = desk.ticket("in_progress")
    attach(desk, ticket, desk.engineer)
    attach(desk, ticket, desk.engineer, is_public=True)
    counts = {code: ticket.attachments.visible_to(factories.User(roles=[code])).count() for code in ROLES}
    assert {code for code, count in counts.items() if count == 2} == set(SEERS.split())
    assert {count for code, count in counts.items() if code not in SEERS.split()} == {1}
    assert ticket.attachments.visible_to(reporter(ticket)).count() == 1


def test_may_read_patient_data_by_role():
    added = Attachment(file=StoredFile(patient_data=True))
    may = {code for code in ROLES if attaching.may_read(factories.User(roles=[code]), added)}
    assert may == set(PATIENT_READERS.split())


def test_the_holder_of_a_tracking_link_never_reads_patient_data(desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, by=reporter(ticket), patient_data=True)
    with pytest.raises(NotAllowed):
        attaching.note_reading(added, by=reporter(ticket), at=later(5), way="download")
    assert last_event(ticket)[0] == "tickets.attach"


def test_every_reading_is_noted(desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, patient_data=True)
    attaching.note_reading(added, by=desk.agent, at=later(5), way="download")
    detail = {"files": attaching.described([added]), "patient_data": True}
    assert last_event(ticket) == ("tickets.download", "调度", later(5), detail)


# what the scanner says


def test_an_infected_file_is_told_to_who_brought_it_and_to_the_desk(desk, media):
    ticket = desk.ticket("in_progress")
    [added] = attach(desk, ticket, desk.engineer)
    scanning.note_finding(added.file, "Eicar", at=later(90))
    title = f"{ticket.number} 的附件检出病毒，已隔离"
    assert [titles(person)[-1:] for person in (desk.engineer, desk.agent, desk.colleague)] == [[title], [title], []]


def test_an_infected_file_without_a_ticket_tells_nobody(desk, media):
    from tests.documents.test_storing import stored

    scanning.note_finding(stored(), "Eicar", at=later(90))
    assert titles(desk.agent) == []
    assert Event.objects.filter(verb="documents.quarantine").count() == 1
