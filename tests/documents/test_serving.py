"""Handing a file out: headers that let nothing run, and no byte that was not let in."""

import logging

import pytest

from documents import places, scanning, serving, storing
from documents.checking import check
from documents.errors import FileUnavailable
from documents.models import StoredFile
from tests.documents import makers
from tests.documents.test_storing import START, stored

pytestmark = pytest.mark.django_db
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def document(name: str = "说明.txt", content: bytes = b"words") -> StoredFile:
    return storing.store(check(makers.upload(name, content)), by=None, at=START)


def serve(file: StoredFile, *, inline: bool = False):
    """The answer, read to its end and closed as the web server does."""
    response = serving.serve(file, inline=inline)
    response.body = b"".join(response) if response.streaming else response.content
    response.close()
    return response


@pytest.mark.parametrize("inline", [True, False])
def test_serve_sends_safe_headers(media, inline):
    response = serve(document(), inline=inline)
    assert {name: response[name] for name in SAFE} == SAFE
    assert response.body == b"words"


def test_serve_writes_a_chinese_name_that_every_browser_reads(media):
    disposition = serve(document("检验 报告.txt"))["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''%E6%A3%80%E9%AA%8C%20%E6%8A%A5%E5%91%8A.txt"


@pytest.mark.parametrize(
    "name, content, inline, way",
    [
        ("a.png", makers.picture(), True, "inline"),
        ("a.png", makers.picture(), False, "attachment"),
        ("a.txt", b"words", True, "attachment"),
        ("a.pdf", makers.pdf(), True, "attachment"),
        ("a.docx", makers.office(), True, "attachment"),
    ],
)
def test_serve_shows_only_pictures_in_the_page(media, name, content, inline, way):
    assert serve(document(name, content), inline=inline)["Content-Disposition"].split(";")[0] == way


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.log"])
def test_serve_calls_every_text_plain(media, name):
    assert serve(document(name))["Content-Type"] == "text/plain; charset=utf-8"


def test_serve_lets_nginx_send_the_content(media, settings):
    settings.FILES_BY_NGINX = True
    file = document()
    response = serve(file)
    assert response["X-Accel-Redirect"] == f"/_media/{file.uuid.hex[:2]}/{file.uuid.hex}"
    assert (response.content, {name: response[name] for name in SAFE}) == (b"", SAFE)


def test_serve_thumb_is_a_jpeg(media):
    response = serving.serve_thumb(stored())
    body = b"".join(response)
    response.close()
    assert (response["Content-Type"], body[:3]) == ("image/jpeg", b"\xff\xd8\xff")


def test_serve_refuses_an_infected_file_and_its_thumbnail(media):
    file = scanning.note_finding(stored(), "Eicar", at=START)
    with pytest.raises(FileUnavailable, match="检出病毒"):
        serving.serve(file)
    with pytest.raises(FileUnavailable):
        serving.serve_thumb(file)


def test_serve_holds_a_file_until_it_is_scanned(media, settings):
    settings.FILE_HOLD_UNTIL_SCANNED = True
    file = stored()
    with pytest.raises(FileUnavailable, match="正在查毒"):
        serving.serve(file)
    assert serve(scanning.note_finding(file, "", at=START)).status_code == 200


def test_serve_refuses_an_erased_file(media):
    with pytest.raises(FileUnavailable, match="已到期删除"):
        serving.serve(storing.erase(stored(), at=START))


@pytest.mark.parametrize("content", [b"wordz", b"words and more", None])
def test_serve_refuses_what_was_altered_or_is_missing(media, caplog, content):
    file = document()
    path = places.kept(file.uuid)
    path.unlink() if content is None else path.write_bytes(content)
    with caplog.at_level(logging.CRITICAL), pytest.raises(FileUnavailable, match="缺失或已损坏"):
        serving.serve(file)
