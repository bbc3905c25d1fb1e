"""The pages of what leaves the house: what they show, to whom, and what they never show."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from itsm.audit.models import Event
from itsm.notifications import destinations, outbox, relay
from itsm.notifications.models import Announcement, Destination, Message, Preference
from itsm.notifications.outbox import Notice
from tests import factories
from tests.notifications.groups import NOW, TITLE, group, tell

pytestmark = pytest.mark.django_db
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY-OF-THE-ROBOT"
SECRET = "SEC-of-the-tests"
FORM = {"name": "运维群", "kind": "dingtalk", "address": "https://oapi.dingtalk.com/robot/send?access_token=KEY-2"}


def client(*roles: str) -> Client:
    """A browser in which somebody of these roles is signed in."""
    found = Client()
    found.force_login(factories.user(*roles))
    return found


def dead(number: int = 1, **values: object) -> Message:
    """A dead letter to somebody."""
    person = factories.user(email=f"away{number}@hospital.test", name="赵敏")
    columns = {"title": TITLE, "attempts": 8, "last_error": "550 no such person", "created_at": NOW, **values}
    return Message.objects.create(dedup_key=f"d:{number}", channel="email", recipient=person, **columns)


# Messages


def test_outgoing_shows_dead_letters_with_their_reason():
    dead()
    page = client("HIT").get("/outbox/").content.decode()
    assert all(word in page for word in ("550 no such person", "GD20260924-0001", "赵敏", "未送达"))


def test_outgoing_shows_numbers_and_occasions_and_no_words_of_messages():
    dead(title="GD20260924-0001 超时：恢复（P1）", body="病案全文")
    dead(2, title="附件带毒", body="病案全文")
    page = client("SYS").get("/outbox/").content.decode()
    assert ("超时：恢复" in page, "附件带毒" in page, "病案全文" in page) == (False, False, False)


def test_outgoing_hides_the_address_of_who_has_no_account(settings):
    settings.EMAIL_HOST = "mail.hospital.test"
    words = {"dedup_key": "a:1", "answers": "", "title": "GD1", "body": "", "url": ""}
    outbox.acknowledge("zhaomin@hospital.test", at=NOW, **words)
    page = client("SYS").get("/outbox/?state=waiting").content.decode()
    assert ("zhaomin@" in page, "z***@hospital.test" in page) == (False, True)


@pytest.mark.parametrize("query, count", [("", 2), ("?channel=email", 1), ("?channel=group", 1), ("?state=sent", 0)])
def test_outgoing_is_narrowed(query, count):
    dead()
    group(URL)
    tell()
    Message.objects.filter(channel="group").update(next_try_at=None, attempts=8)
    assert client("HIT").get(f"/outbox/{query}").content.decode().count('class="call"') == count


def test_outgoing_costs_the_same_queries_for_one_and_for_three(
    django_assert_num_queries, django_assert_max_num_queries
):
    browser = client("HIT")
    browser.get("/outbox/")
    dead(1)
    with django_assert_max_num_queries(20) as found:
        browser.get("/outbox/")
    dead(2)
    dead(3)
    with django_assert_num_queries(len(found.captured_queries)):
        browser.get("/outbox/")


def test_resend_one_lets_it_wait_again():
    message, other = dead(1), dead(2)
    answer = client("PM").post(f"/outbox/{message.pk}/resend/", {"state": "dead", "channel": "email"})
    assert (answer.status_code, answer["Location"]) == (302, "/outbox/?state=dead&channel=email")
    waits = Message.objects.filter(next_try_at__isnull=False).values_list("pk", flat=True)
    assert (list(waits), other.state.value) == ([message.pk], "dead")


def test_resend_many_takes_what_the_list_shows_and_no_more():
    dead(1)
    dead(2)
    dead(3, given_up_at=NOW)
    group(URL)
    tell()
    Message.objects.filter(channel="group").update(next_try_at=None, attempts=8)
    client("HIT").post("/outbox/resend/", {"state": "dead", "channel": "email"})
    assert Message.objects.filter(next_try_at__isnull=False, attempts=0).count() == 2
    assert Event.objects.get(verb="notifications.resend").detail["count"] == 2


def test_give_up_many_ends_what_the_list_shows():
    dead(1)
    dead(2)
    client("HIT").post("/outbox/give-up/", {"state": "dead"})
    assert Message.objects.filter(given_up_at__isnull=False).count() == 2


def test_an_inbox_message_is_not_sent_again():
    outbox.send([Notice(factories.user(), "t:1", "GD1")], at=NOW)
    assert client("HIT").post(f"/outbox/{Message.objects.get().pk}/resend/").status_code == 404


# Groups


def test_a_group_is_made_in_the_form_and_its_secrets_are_sealed():
    answer = client("SYS").post("/outbox/groups/new/", {**FORM, "secret": SECRET, "phones": "13800000000，13900000000"})
    found = Destination.objects.get()
    assert (answer.status_code, found.phones) == (302, ["13800000000", "13900000000"])
    assert found.opened() == (FORM["address"], SECRET)
    assert b"KEY-2" not in bytes(found.sealed_address) + bytes(found.sealed_secret)


@pytest.mark.parametrize(
    "address", ["https://evil.test/x", "http://127.0.0.1/x", "file:///etc/passwd", "https://u@oapi.dingtalk.com/"]
)
def test_a_group_on_a_host_that_is_not_allowed_is_refused(address):
    answer = client("SYS").post("/outbox/groups/new/", {**FORM, "address": address})
    assert (answer.status_code, Destination.objects.count()) == (422, 0)


def test_an_empty_address_and_secret_leave_them_as_they_are():
    found = group(URL, secret=SECRET)
    client("SYS").post(f"/outbox/groups/{found.pk}/edit/", {**FORM, "address": "", "version": 1})
    found.refresh_from_db()
    assert (found.kind, found.opened()) == ("dingtalk", (URL, SECRET))


def test_no_page_and_no_file_and_no_history_shows_address_or_secret():
    found = group(URL, "dingtalk", secret=SECRET)
    browser = client("SYS")
    browser.post(f"/outbox/groups/{found.pk}/edit/", {**FORM, "secret": "SEC-another", "version": 1})
    at = f"/outbox/groups/{found.pk}/"
    paths = ["/outbox/groups/", at, f"{at}edit/", "/outbox/groups/export.csv", f"/history/destination/{found.pk}/"]
    pages = [b"".join(answer) for answer in (browser.get(path) for path in paths)]
    events = [str(event.detail) for event in Event.objects.all()]
    rows = [str(row) for row in Destination.history.values()]
    said = " ".join([*(page.decode(errors="ignore") for page in pages), *events, *rows])
    assert re.findall("KEY-OF-THE-ROBOT|KEY-2|SEC-of-the-tests|SEC-another", said) == []


def test_a_stale_save_shows_neither_secret():
    found = group(URL, "dingtalk", secret=SECRET)
    answer = client("SYS").post(f"/outbox/groups/{found.pk}/edit/", {**FORM, "secret": "SEC-another", "version": 9})
    page = answer.content.decode()
    assert (answer.status_code, SECRET in page, "KEY-OF-THE-ROBOT" in page) == (409, False, False)


def test_a_new_secret_of_a_webhook_is_shown_once():
    found = group(URL, "webhook", secret=SECRET)
    browser = client("SYS")
    page = browser.post(f"/outbox/groups/{found.pk}/rotate/").content.decode()
    found.refresh_from_db()
    secret = found.opened()[1]
    assert (secret != SECRET, secret in page) == (True, True)
    assert secret not in browser.get(f"/outbox/groups/{found.pk}/").content.decode()


def test_a_robot_has_no_secret_of_ours():
    found = group(URL, secret=SECRET)
    assert client("SYS").post(f"/outbox/groups/{found.pk}/rotate/").status_code == 422


@pytest.mark.parametrize(
    "kind, retired, answer",
    [("dingtalk", False, 302), ("dingtalk", True, 302), ("webhook", True, 302), ("webhook", False, 422)],
)
def test_a_secret_is_removed_unless_a_webhook_in_use_signs_with_it(kind, retired, answer):
    found = group(URL, kind, secret=SECRET)
    if retired:
        destinations.retire(found, by=None, at=NOW)
    browser = client("SYS")
    asked = f"/outbox/groups/{found.pk}/remove-secret/" in browser.get(f"/outbox/groups/{found.pk}/").content.decode()
    sent = browser.post(f"/outbox/groups/{found.pk}/remove-secret/")
    found.refresh_from_db()
    assert (sent.status_code, asked, found.opened()[1]) == (answer, answer == 302, "" if answer == 302 else SECRET)


def test_removing_a_secret_is_audited_without_it_and_once():
    found, browser = group(URL, "dingtalk", secret=SECRET), client("SYS")
    answers = [browser.post(f"/outbox/groups/{found.pk}/remove-secret/").status_code for _ in range(2)]
    event = Event.objects.get(verb="notifications.remove_secret", outcome="done")
    assert (answers, event.detail, event.object_id) == ([302, 409], {"changes": {"secret": ["******", ""]}}, found.pk)
    assert event.actor_name
    assert Destination.history.filter(id=found.pk).first().version == 2


def test_a_robot_signs_no_more_without_its_secret(robot):
    found = group(robot.url(), "dingtalk", secret=SECRET)
    destinations.remove_secret(found, by=None, at=NOW)
    tell()
    relay.relay(at=NOW)
    assert [("sign=" in call.path, "timestamp=" in call.path) for call in robot.calls] == [(False, False)]


def test_a_restored_webhook_has_a_new_secret():
    found = group(URL, "webhook", secret=SECRET)
    for verb in (destinations.retire, destinations.remove_secret, destinations.restore):
        found = verb(found, by=None, at=NOW)
    assert found.opened()[1] not in ("", SECRET)


def test_nobody_but_the_administrator_removes_a_secret():
    found = group(URL, "dingtalk", secret=SECRET)
    assert client("HIT").post(f"/outbox/groups/{found.pk}/remove-secret/").status_code == 403


def test_send_a_test_waits_once():
    found, browser = group(URL), client("SYS")
    assert browser.post(f"/outbox/groups/{found.pk}/test/").status_code == 302
    assert browser.post(f"/outbox/groups/{found.pk}/test/").status_code == 409
    assert Message.objects.filter(destination=found).count() == 1


def test_a_retired_group_is_not_tested():
    found = group(URL)
    destinations.retire(found, by=None, at=NOW)
    assert client("SYS").post(f"/outbox/groups/{found.pk}/test/").status_code == 409


# To be copied


def test_what_no_robot_takes_is_shown_to_be_copied_with_its_link(settings, monkeypatch):
    settings.PUBLIC_URL = "https://desk.hospital.test"
    monkeypatch.setattr("itsm.notifications.announcement_views.timezone.now", lambda: NOW)
    tell()
    page = client("DSK").get("/outbox/group-notices/").content.decode()
    assert f"{TITLE}\nhttps://desk.hospital.test/tickets/GD20260924-0001/</textarea>" in page


def test_what_arrived_in_a_group_need_not_be_copied():
    group(URL)
    tell()
    assert Announcement.objects.to_copy().count() == 0  # on its way for the first time
    Message.objects.update(attempts=1)
    assert Announcement.objects.to_copy().count() == 1
    Message.objects.update(sent_at=NOW, next_try_at=None)
    assert Announcement.objects.to_copy().count() == 0


def test_mark_copied_counts_once():
    tell()
    notice, browser = Announcement.objects.get(), client("DSK")
    answers = [browser.post(f"/outbox/group-notices/{notice.pk}/copied/").status_code for _ in range(2)]
    assert (answers, Announcement.objects.to_copy().count()) == ([302, 409], 0)


def test_pages_of_notices_follow_each_other(monkeypatch):
    monkeypatch.setattr("itsm.notifications.announcement_views.timezone.now", lambda: NOW)
    for number in range(25):
        tell(f"c:{number}", at=NOW - timedelta(minutes=number))
    browser = client("DSK")
    first = browser.get("/outbox/group-notices/").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert (
        first.count("<textarea"),
        browser.get(f"/outbox/group-notices/{older}").content.decode().count("<textarea"),
    ) == (20, 5)


# A person's choice


def test_choose_keeps_what_was_ticked():
    browser = client("ENG")
    words = {
        "mailed": ["assigned"],
        "quiet": "own",
        "quiet_from": "22:00",
        "quiet_until": "06:30",
        "quiet_days": [1, 7],
    }
    assert browser.post("/inbox/preferences/", words).status_code == 302
    wish = Preference.objects.get()
    assert ("assigned" in wish.without_mail, "replies" in wish.without_mail, wish.quiet_days) == (False, True, [1, 7])
    page = browser.get("/inbox/preferences/").content.decode()
    assert ('value="22:00"' in page, 'value="06:30"' in page) == (True, True)


def test_choose_with_half_given_hours_shows_the_sentence_at_the_field():
    answer = client("ENG").post("/inbox/preferences/", {"quiet": "own", "quiet_from": "22:00", "quiet_days": [1]})
    assert (answer.status_code, "须填写开始和结束时间" in answer.content.decode()) == (422, True)
