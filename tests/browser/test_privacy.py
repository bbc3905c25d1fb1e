"""The warning while typing: the same finds as on the server, a mask on wish, and never in the way."""

import json

from django.test import Client
from playwright.sync_api import expect

from itsm.privacy import masked
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.looks import faults_now
from tests.privacy import corpus
from tests.privacy.test_detector import HOSTILE
from tickets.models import Ticket

ID = "210102199003078515"
ADVERSARIAL = (
    *("患者姓名：张三丰，女", "病人姓名:李四", "住院号 A1234567、A1234568和123456", "٠13812345678", "٠١٢ 住院号٠٩٨٧٦٥"),
    *(
        "21010219900307\r\n8515",
        "1 3 8 1 2 3 4 5 6 7 8",
        "1501\n2302\n330",
        "6222 0212 3456 7890 128",
        "IMEI 353456789012348",
    ),
    *("身份证号：210102199003078516", "Patient id：123456", "😀手机13812345678😀", "", "GD20261014-0007"),
)
BOTH_SIDES = """async (texts) => {
  const { finder, mask } = await import("/static/js/privacy.js");
  const find = finder(await (await fetch("/privacy/patterns.json")).json());
  return texts.map((text) => mask(text, find(text)));
}"""


def test_browser_and_server_mask_the_same(visit, stage):
    samples = [*corpus.with_patient(2000), *corpus.without_patient(2000)]
    texts = [sample.text for sample in samples] + list(ADVERSARIAL) + [text[:600] for text in HOSTILE.values()]
    page = visit()
    page.goto("/report/")
    shown = page.evaluate(BOTH_SIDES, texts)
    differing = [
        (text, here, there) for text, here in zip(texts, shown, strict=True) if here != (there := masked(text))
    ]
    assert differing == []


def test_the_browser_takes_well_under_20_ms_for_5000_hostile_characters(visit, stage):
    page = visit()
    page.goto("/report/")
    slow = page.evaluate(
        """async (texts) => {
          const { finder } = await import("/static/js/privacy.js");
          const find = finder(await (await fetch("/privacy/patterns.json")).json());
          const times = texts.map((text) => Math.min(...[0, 1, 2, 3, 4].map(() => {
            const began = performance.now();
            find(text);
            return performance.now() - began;
          })));
          return Math.max(...times);
        }""",
        [text[:5000] for text in HOSTILE.values()],
    )
    assert slow < 20


def test_typing_patient_data_is_noticed_masked_on_wish_and_sent(visit, stage):
    page = visit(size=PHONE)
    page.goto("/report/")
    field = page.get_by_label("故障现象")
    field.press_sequentially(f"病人{ID}和13812345678查不到")
    notice = page.locator("[data-privacy-notice]")
    expect(notice).to_contain_text("疑似患者信息：身份证号、手机号")
    notice.get_by_role("button", name="遮挡").click()
    expect(field).to_have_value("病人210***********8515和138****5678查不到")
    expect(notice).to_have_count(0)


def test_the_notice_goes_with_what_caused_it(visit, stage):
    page = visit()
    page.goto("/report/")
    field = page.get_by_label("故障现象")
    field.fill(f"病人{ID}")
    expect(page.locator("[data-privacy-notice]")).to_have_count(1)
    field.fill("病人")
    expect(page.locator("[data-privacy-notice]")).to_have_count(0)


def test_the_callers_number_is_not_noticed_but_a_place_is(visit, stage):
    page = visit()
    page.goto("/report/")
    page.get_by_label("电话或分机").fill("13812345678")
    page.get_by_label("具体位置").fill(f"三床{ID}")
    expect(page.locator("[data-privacy-notice]")).to_have_count(1)
    expect(page.locator(".field:has(#id_location) [data-privacy-notice]")).to_have_count(1)


def test_sending_is_never_hindered(visit, stage):
    page = visit(stage.desk)
    ticket = factories.ticket(department=stage.department, system=stage.system)
    page.goto(ticket.get_absolute_url())
    page.locator(".compose-note > summary").click()
    page.locator("#note_body").fill(f"病人{ID}")
    expect(page.locator("[data-privacy-notice]")).to_have_count(1)
    page.locator(".compose-note button[type=submit]").click()
    expect(page.locator(".is-note .bubble")).to_contain_text("210***********8515")
    expect(page.locator(".toast-c.is-error")).to_contain_text("疑似含患者信息")
    assert Ticket.objects.get().has_patient_data is True


def test_the_original_is_shown_once_for_a_reason(visit, stage):
    ticket = factories.ticket(department=stage.department, system=stage.system, description=f"病人{ID}查不到")
    page = visit(stage.desk)
    page.goto(ticket.get_absolute_url())
    page.locator("#verb-reveal > summary").click()
    page.locator("#reveal_reason").fill("核对患者主索引")
    page.locator("#verb-reveal button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(ID)
    assert ID not in page.url
    page.get_by_role("link", name="返回工单").click()
    expect(page.locator("#ticket")).to_contain_text("查看了患者信息原文")
    expect(page.locator("body")).not_to_contain_text(ID)


def test_warning_form_and_original_are_accessible_and_fit(visit, stage):
    ticket = factories.ticket(department=stage.department, system=stage.system, description=f"病人{ID}查不到")
    page = visit(stage.desk)
    page.goto(ticket.get_absolute_url())
    page.locator(".compose-note > summary").click()
    page.locator("#note_body").fill(
        f"病人{ID}，住院号00821547，手机13812345678，患者姓名：张三丰，卡6222021234567890128"
    )
    expect(page.locator("[data-privacy-notice]")).to_have_count(1)
    faults = faults_now(page)
    page.locator("#note_body").fill("")
    page.locator("#verb-reveal > summary").click()
    faults += faults_now(page)
    page.locator("#reveal_reason").fill("核对患者主索引")
    page.locator("#verb-reveal button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(ID)
    assert faults + faults_now(page) == []


def test_the_list_of_patterns_is_public_and_kept_for_an_hour(db):
    response = Client().get("/privacy/patterns.json")
    found = (response.status_code, response["Cache-Control"], sorted(json.loads(response.content)))
    names = ["checkCharacters", "even", "imei", "kinds", "odd", "patterns", "weights"]
    assert found == (200, "max-age=3600", names)
