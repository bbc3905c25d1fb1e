"""The addresses of files: no way around ticket and audience, safe answers, and forms that lose nothing."""

import uuid

import pytest
from django.conf import settings as configured
from django.urls import reverse

from documents import places, receiving, scanning
from documents.models import StoredFile
from itsm.audit.models import Event
from tests import factories
from tests.documents import makers
from tests.tickets.stages import later, reporter
from tests.tickets.test_queue import queries
from tickets import attaching
from tickets.models import Attachment, Comment, Ticket


def png(name: str = "截图.png"):
    return factories.upload(name, makers.picture())


def address(ticket, added, way: str = "file") -> str:
    return reverse(f"tickets:{way}", args=[ticket.number, added.file.uuid])


def tracked(ticket, added, way: str = "track_file") -> str:
    return reverse(f"tickets:{way}", args=[ticket.token, added.file.uuid])


def status(client, path: str) -> int:
    return read(client, path).status_code


def read(client, path: str):
    """The answer, with its body read to the end, which closes the file."""
    response = client.get(path)
    response.body = b"".join(response) if response.streaming else response.content
    return response


@pytest.fixture
def signed(client, desk):
    client.force_login(desk.agent)
    return client


# No way around


WAYS = ("file", "preview")


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_not_found_under_another_tickets_number(signed, desk, media, way):
    own, other = desk.ticket(), desk.ticket()
    added = factories.attachment(other, png())
    assert status(signed, address(other, added, way)) == 200
    assert status(signed, address(own, added, way)) == 404


@pytest.mark.parametrize("way", ["track_file", "track_preview"])
def test_a_file_is_not_found_under_another_tickets_link(client, desk, media, way):
    own, other = desk.ticket(), desk.ticket()
    added = factories.attachment(other, png())
    assert (status(client, tracked(other, added, way)), status(client, tracked(own, added, way))) == (200, 404)


def test_withdraw_under_another_tickets_number_is_not_found(signed, desk, media):
    own, other = desk.ticket(), desk.ticket()
    added = factories.attachment(other)
    assert signed.post(address(own, added, "withdraw"), {"reason": "x"}).status_code == 404
    assert Attachment.objects.get().withdrawn_at is None


@pytest.mark.parametrize("way", WAYS)
def test_a_file_of_another_vendors_ticket_is_not_found(client, desk, media, way):
    vendor = factories.vendor()
    own = desk.ticket(system=factories.system(vendor=vendor))
    other = desk.ticket(system=factories.system(vendor=factories.vendor()))
    client.force_login(factories.user("VND", vendor=vendor))
    found = [status(client, address(ticket, factories.attachment(ticket, png()), way)) for ticket in (own, other)]
    assert found == [200, 404]


@pytest.mark.parametrize("way", WAYS)
def test_the_reporter_finds_public_files_only(client, desk, media, way):
    ticket = factories.ticket(reporter=desk.clinician)
    shown = factories.attachment(ticket, png(), by=desk.agent)
    hidden = factories.attachment(ticket, png(), by=desk.agent, is_public=False)
    client.force_login(desk.clinician)
    assert [status(client, address(ticket, added, way)) for added in (shown, hidden)] == [200, 404]
    assert [status(client, tracked(ticket, added, f"track_{way}")) for added in (shown, hidden)] == [200, 404]


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawn_file_is_found_by_nobody(signed, desk, media, way):
    ticket = desk.ticket()
    added = factories.attachment(ticket, png())
    attaching.withdraw(ticket, by=desk.agent, at=later(9), attachment=added, reason="传错了")
    assert status(signed, address(ticket, added, way)) == 404
    assert status(signed, tracked(ticket, added, f"track_{way}")) == 404


def test_patient_data_is_forbidden_without_the_right_and_noted_with_it(client, desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, png(), patient_data=True)
    client.force_login(factories.user("EXE"))
    paths = [
        address(ticket, added),
        address(ticket, added, "preview"),
        address(ticket, added, "preview") + "?size=small",
    ]
    assert [status(client, path) for path in paths] == [403, 403, 403]
    assert status(client, tracked(ticket, added)) == 403
    client.force_login(desk.agent)
    assert [status(client, path) for path in paths] == [200, 200, 200]
    verbs = Event.objects.about(ticket).exclude(verb__in=["tickets.open", "tickets.attach"])
    assert list(verbs.values_list("verb", flat=True)) == ["tickets.download", "tickets.preview", "tickets.preview"]


def test_an_infected_file_is_served_in_no_way(signed, desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, png())
    scanning.note_finding(added.file, "Eicar", at=later(5))
    paths = [
        address(ticket, added),
        address(ticket, added, "preview"),
        address(ticket, added, "preview") + "?size=small",
    ]
    assert [status(signed, path) for path in [*paths, tracked(ticket, added)]] == [409, 409, 409, 409]
    assert "有毒隔离" in signed.get(ticket.get_absolute_url()).content.decode()


# Answers


def test_download_is_a_download_and_is_noted(signed, desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket)
    response = read(signed, address(ticket, added))
    assert response.body == b"words"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Event.objects.about(ticket).last().verb == "tickets.download"


def test_preview_of_a_picture_is_inline_and_of_a_document_is_not(signed, desk, media):
    ticket = desk.ticket()
    ways = []
    for upload in (png(), factories.upload("a.pdf", makers.pdf()), factories.upload("a.docx", makers.office())):
        response = read(signed, address(ticket, factories.attachment(ticket, upload), "preview"))
        ways.append(response["Content-Disposition"].split(";")[0])
    assert ways == ["inline", "attachment", "attachment"]


def test_preview_of_a_text_is_escaped(signed, desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, factories.upload("a.log", b"x <script>alert(1)</script>"))
    page = signed.get(address(ticket, added, "preview"))
    assert "x &lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()
    assert "sandbox" not in page["Content-Security-Policy"]  # a page of ours, not the file itself
    assert status(signed, tracked(ticket, added, "track_preview")) == 200


def test_thumbnails_are_no_looks(signed, desk, media):
    ticket = desk.ticket()
    added = factories.attachment(ticket, png())
    before = Event.objects.count()
    response = read(signed, address(ticket, added, "preview") + "?size=small")
    assert (response["Content-Type"], Event.objects.count()) == ("image/jpeg", before)


# Pages


def test_a_tickets_page_takes_as_many_queries_for_1_and_3_files(signed, desk, media):
    ticket = desk.ticket("in_progress")
    factories.attachment(ticket, png())
    few = queries(signed, ticket.get_absolute_url())
    for _ in range(2):
        factories.attachment(ticket, png())
    assert queries(signed, ticket.get_absolute_url()) == few


def test_a_tracking_page_takes_as_many_queries_for_1_and_3_files(client, desk, media):
    ticket = desk.ticket("in_progress")
    factories.attachment(ticket, png())
    few = queries(client, ticket.track_path)
    for _ in range(2):
        factories.attachment(ticket, png())
    assert queries(client, ticket.track_path) == few


def test_the_pages_show_only_what_their_readers_may_see(signed, desk, media):
    ticket = desk.ticket("in_progress")
    factories.attachment(ticket, png("公开.png"))
    factories.attachment(ticket, png("内部.png"), by=desk.agent, is_public=False)
    pages = [signed.get(path).content.decode() for path in (ticket.get_absolute_url(), ticket.track_path)]
    assert [("公开.png" in page, "内部.png" in page) for page in pages] == [(True, True), (True, False)]


# Forms


def report(client, *files, **words):
    sent = {"key": uuid.uuid4(), "name": "护士", "phone": "2316", "department": factories.department().pk}
    said = {"description": "打印机卡纸", "impact": 1, "urgency": 2}
    return client.post("/report/", {**sent, **said, **words, "files": files}, follow=True)


def test_report_brings_its_files(client, hospital, media):
    page = report(client, png("一.png"), png("二.png"))
    assert page.status_code == 200
    assert list(Attachment.objects.values_list("file__name", flat=True)) == ["一.png", "二.png"]


def test_report_with_a_bad_file_is_taken_with_the_good_ones(client, hospital, media):
    page = report(client, png("好.png"), factories.upload("坏.exe", b"MZ" + bytes(30))).content.decode()
    assert Ticket.objects.get().description == "打印机卡纸"
    assert [row.file.name for row in Attachment.objects.all()] == ["好.png"]
    assert "未上传：“坏.exe”：不支持 .exe 文件" in page


def test_report_twice_keeps_the_files_once(client, hospital, media):
    key, department = uuid.uuid4(), factories.department().pk
    for _ in range(2):
        report(client, png(), key=key, department=department)
    assert (Ticket.objects.count(), Attachment.objects.count(), StoredFile.objects.count()) == (1, 1, 1)


def test_report_with_a_fault_says_that_files_must_be_chosen_again(client, hospital, media):
    page = report(client, png("好.png"), phone="转")
    assert (page.status_code, Ticket.objects.count()) == (422, 0)
    assert "打印机卡纸" in page.content.decode()
    assert "请重新选择文件" in page.content.decode()


def test_report_on_a_full_disk_is_taken_without_the_file(client, hospital, media, monkeypatch, caplog):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(places, "incoming", full)
    page = report(client, png("好.png")).content.decode()
    assert (Ticket.objects.count(), Attachment.objects.count()) == (1, 0)
    assert "未上传：“好.png”：服务器磁盘已满或不可写" in page


def test_reply_of_files_alone_needs_no_words(signed, desk, media):
    ticket = desk.ticket("in_progress")
    signed.post(f"{ticket.get_absolute_url()}reply/", {"body": "", "files": [png()]})
    assert (Comment.objects.get().body, Attachment.objects.get().comment_id) == ("", Comment.objects.get().pk)


def test_reply_without_words_and_without_a_good_file_is_refused(signed, desk, media):
    ticket = desk.ticket("in_progress")
    bad = factories.upload("坏.exe", b"MZ" + bytes(30))
    pages = [signed.post(f"{ticket.get_absolute_url()}reply/", sent) for sent in ({}, {"files": [bad]})]
    assert [page.status_code for page in pages] == [422, 422]
    assert ["请填写内容或添加附件" in pages[0].content.decode(), "“坏.exe”" in pages[1].content.decode()] == [
        True,
        True,
    ]
    assert Comment.objects.count() == 0


def test_track_reply_brings_its_files(client, desk, media):
    ticket = desk.ticket("in_progress")
    client.post(f"{ticket.track_path}reply/", {"body": "还是不行", "files": [png("新.png")], "patient_data": "on"})
    added = Attachment.objects.select_related("file").get()
    assert (added.from_requester, added.audience, added.file.patient_data) == (True, "public", True)
    assert added.comment.body == "还是不行"


def test_attach_form_says_what_is_wrong(signed, desk, media):
    ticket = desk.ticket()
    page = signed.post(f"{ticket.get_absolute_url()}attach/", {})
    assert (page.status_code, "请选择文件。" in page.content.decode()) == (422, True)


def test_intake_brings_files_of_a_chat(signed, desk, media):
    department = factories.department().pk
    sent = {"key": uuid.uuid4(), "name": "护士", "phone": "2316", "department": department, "description": "黑屏"}
    signed.post("/tickets/new/", {**sent, "impact": 1, "urgency": 2, "files": [png()]})
    assert Attachment.objects.get().added_by == desk.agent


# Taking uploads in


def test_receiver_keeps_no_byte_above_the_limit(media, settings, client, hospital):
    settings.FILE_MAX_MEGABYTES = 1
    kept = []
    original = receiving.Receiver.file_complete

    def seen(self, size):
        upload = original(self, size)
        kept.append((size, upload.file.seek(0, 2)))
        upload.file.seek(0)
        return upload

    receiving.Receiver.file_complete = seen
    try:
        page = report(client, factories.upload("大.txt", b"a" * 3 * 1024 * 1024)).content.decode()
    finally:
        receiving.Receiver.file_complete = original
    [(sent, written)] = kept
    assert (sent, written <= 1024 * 1024 + 64 * 1024) == (3 * 1024 * 1024, True)
    assert "“大.txt”：超过 1 MB。" in page


def test_receiver_leaves_nothing_behind(client, hospital, media):
    report(client, factories.upload("坏.exe", b"MZ" + bytes(30)), png())
    assert [path for path in (media / "tmp").iterdir() if path.is_file()] == []


def test_too_many_files_at_once_are_a_bad_request(client, hospital, media):
    page = report(client, *(factories.upload(f"{n}.txt") for n in range(configured.DATA_UPLOAD_MAX_NUMBER_FILES + 1)))
    assert (page.status_code, Ticket.objects.count()) == (400, 0)


def test_nginx_takes_what_the_form_allows():
    from tests.runtime.test_deployment import ROOT

    words = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert "client_max_body_size 20m;" in words
    room = 20 - configured.UPLOAD_MAX_MEGABYTES
    assert room * 1024 * 1024 >= configured.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert "location /_media/ {\n        internal;" in words


def test_reporters_actor_sees_the_own_name(desk, media):
    ticket = desk.ticket()
    assert factories.attachment(ticket, by=reporter(ticket)).added_by_name == ticket.reporter_name
