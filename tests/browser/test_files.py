"""Files in a real browser: chosen, dropped and pasted, looked at, downloaded, and nothing lost on a refusal."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.looks import faults_of
from tests.browser.test_journey import choose
from tests.documents import makers
from tickets import lifecycle
from tickets.models import Attachment, Ticket

PROGRAM = {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ" + bytes(50)}
PASTE = """([target, encoded, words]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "image.png", {type: "image/png"}));
  if (words) transfer.items.add(words, "text/plain");
  document.querySelector(target).dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""
DROP = """([target, encoded]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "拖入.png", {type: "image/png"}));
  for (const kind of ["dragover", "drop"]) document.querySelector(target).dispatchEvent(
    new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


def png(name: str = "截图.png") -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": makers.picture(size=(640, 480))}


def encoded() -> str:
    return base64.b64encode(makers.picture()).decode()


@pytest.fixture
def ticket(stage) -> Ticket:
    made = factories.ticket(department=stage.department, system=stage.system)
    return lifecycle.claim(made, by=stage.engineer, at=made.updated_at)


def names() -> list[str]:
    return list(Attachment.objects.order_by("pk").values_list("file__name", flat=True))


def test_report_with_pictures_from_a_phone(visit, stage):
    page = visit(size=PHONE)
    page.goto("/report/")
    page.get_by_label("您的姓名").fill("王医生")
    page.get_by_label("电话或分机").fill("2316")
    choose(page, "department", "xhnk", "消化内科")
    page.get_by_label("故障现象").fill("签章服务超时")
    page.locator("#id_files").set_input_files([png("一.png"), PROGRAM])
    expect(page.locator(".drop-item.is-wrong")).to_contain_text("不支持此类文件")
    page.locator("#id_files").set_input_files([png("二.png")])
    expect(page.locator(".drop-item")).to_have_count(2)
    page.get_by_role("button", name="提交报修").click()
    expect(page.locator(".big-number")).to_be_visible()
    assert names() == ["一.png", "二.png"]


def test_paste_a_screenshot_into_a_reply(visit, stage, ticket):
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.locator("summary", has_text="公开回复").click()
    page.evaluate(PASTE, ["#reply_body", encoded(), ""])
    expect(page.locator("details[open] .drop-item")).to_contain_text("截图-")
    page.get_by_role("button", name="发送公开回复").click()
    expect(page.locator("#timeline .file-name")).to_have_text(re.compile(r"^截图-\d{4}-\d{6}\.png$"))
    assert Attachment.objects.get().audience == "public"


def test_paste_of_words_with_their_picture_means_the_words(visit, stage, ticket):
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.locator("summary", has_text="公开回复").click()
    page.evaluate(PASTE, ["#reply_body", encoded(), "单元格"])
    expect(page.locator(".drop-item")).to_have_count(0)


def test_drop_on_the_page_opens_the_attachments(visit, stage, ticket):
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.evaluate(DROP, ["#ticket-title", encoded()])
    expect(page.locator("#attachments .drop-item")).to_contain_text("拖入.png")
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#attachments .file-name")).to_have_text("拖入.png")
    expect(page.locator("#toasts")).to_contain_text("已上传 1 个附件")


def test_a_refused_reply_keeps_the_chosen_files(visit, stage, ticket):
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.locator("summary", has_text="内部备注").click()
    page.locator("#note_body").evaluate("(area) => area.removeAttribute('maxlength')")
    page.locator("#note_body").fill("长" * 5001)
    page.locator("#note_files").set_input_files([png("留.png")])
    page.get_by_role("button", name="添加内部备注").click()
    expect(page.locator("#note_body")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("details[open] .drop-item")).to_contain_text("留.png")
    page.locator("#note_body").fill("短")
    page.get_by_role("button", name="添加内部备注").click()
    expect(page.locator("#timeline .file-name")).to_have_text("留.png")


def test_a_false_picture_is_named_and_the_words_are_sent(visit, stage, ticket):
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.locator("summary", has_text="公开回复").click()
    page.locator("#reply_body").fill("见附件")
    page.locator("#reply_files").set_input_files([{**PROGRAM, "name": "照片.png"}, png("好.png")])
    page.get_by_role("button", name="发送公开回复").click()
    expect(page.locator(".toast-c.is-error")).to_contain_text("未上传：“照片.png”")
    expect(page.locator("#timeline")).to_contain_text("见附件")
    assert names() == ["好.png"]


def look(page: Page) -> None:
    page.locator("#attachments a[data-view]").first.click()
    expect(page.locator("dialog.viewer img")).to_be_visible()
    expect(page.locator("dialog.viewer [data-name]")).to_have_text("一.png")


def test_look_walk_and_close(visit, stage, ticket):
    for name in ("一.png", "二.png"):
        factories.attachment(ticket, factories.upload(name, makers.picture(size=(900, 600))))
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    look(page)
    assert page.evaluate("document.querySelector('dialog.viewer img').naturalWidth") == 900
    page.keyboard.press("ArrowRight")
    expect(page.locator("dialog.viewer [data-name]")).to_have_text("二.png")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.viewer")).to_be_hidden()


def test_download_comes_as_a_file_that_runs_nowhere(visit, stage, ticket):
    added = factories.attachment(ticket, factories.upload("说明 一.txt", b"words"))
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    with page.expect_download() as begun:
        page.locator("#attachments .file-name").click()
    assert (begun.value.suggested_filename, begun.value.path().read_bytes()) == ("说明 一.txt", b"words")
    headers = page.request.get(added.path).headers
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert {"private", "no-store"} <= set(headers["cache-control"].split(", "))


def test_withdraw_takes_the_file_away(visit, stage, ticket):
    factories.attachment(ticket, factories.upload("错.txt"), by=stage.engineer)
    page = visit(stage.engineer)
    page.goto(ticket.get_absolute_url())
    page.locator("summary[aria-label='撤回 错.txt']").click()
    page.locator("#attachments").get_by_label("原因").fill("传错了")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("附件已撤回")
    expect(page.locator("#attachments .file")).to_have_count(0)


def test_report_with_a_file_without_script(browser, live_server, stage):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/report/")
    page.get_by_label("您的姓名").fill("王医生")
    page.get_by_label("电话或分机").fill("2316")
    page.locator("#id_department").select_option(str(stage.department.pk))
    page.get_by_label("故障现象").fill("打印机打不出检验报告")
    page.get_by_label("图片和附件").set_input_files([png("一.png")])
    page.get_by_role("button", name="提交报修").click()
    expect(page.locator(".big-number")).to_be_visible()
    assert names() == ["一.png"]
    context.close()


def test_pages_with_files_are_accessible_and_fit(visit, stage, ticket):
    long = factories.upload("重症医学科中心监护站三号床旁移动护理终端" * 6 + ".png", makers.picture())
    factories.attachment(ticket, long, by=stage.engineer)
    factories.attachment(ticket, factories.upload("名单.png", makers.picture()), patient_data=True)
    log = factories.attachment(ticket, factories.upload("a.log", b"word " * 900), is_public=False)
    desk, nurse = visit(stage.desk), visit()
    faults = [fault for path in (ticket.get_absolute_url(), f"{log.path}preview/") for fault in faults_of(desk, path)]
    assert [*faults, *faults_of(nurse, ticket.track_path)] == []
