"""From bytes to words: charsets, heads, parts, names of files. Nothing here touches a database."""

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail import bodies, headers, parsing
from tickets.mail.headers import Sender


def raw(*head: str, body: bytes = b"x", charset: str = "utf-8") -> bytes:
    return "\r\n".join([*head, "", ""]).encode(charset) + body


def word(text: str, charset: str, encoding: str = "B") -> str:
    return f"=?{charset}?{encoding}?{base64.b64encode(text.encode(charset)).decode()}?="


# Heads


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "gb18030", "utf-8", "big5"])
def test_subject_in_encoded_words_is_read(charset):
    assert parsing.read_head(raw(f"Subject: {word('打印', charset)}")).subject == "打印"


def test_subject_whose_character_is_cut_in_two_is_joined():
    whole = "打印机".encode("gbk")
    first, second = (base64.b64encode(part).decode() for part in (whole[:3], whole[3:]))
    head = parsing.read_head(raw(f"Subject: =?gb2312?B?{first}?=\r\n =?gb2312?B?{second}?="))
    assert head.subject == "打印机"


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_subject_in_bare_bytes_is_read(charset):
    assert parsing.read_head(raw("Subject: 医保读卡失败", charset=charset)).subject == "医保读卡失败"


@pytest.mark.parametrize(
    "value, subject",
    [
        ("=?utf-8?Q?=E5=8C=BB_=E4=BF=9D?=", "医 保"),
        ("=?no-such-charset?B?5Yy75L+d?=", "医保"),
        ("=?utf-8*zh?B?5Yy75L+d?=", "医保"),
        ("=?utf-8?B?5Yy7?= plain =?utf-8?B?5L+d?=", "医 plain 保"),
        ("=?utf-8?X?5Yy75L+d?=", "=?utf-8?X?5Yy75L+d?="),
        ("=?rot13?Q?abc?=", "abc"),
        ("", ""),
    ],
)
def test_subject_of_every_form(value, subject):
    assert parsing.read_head(raw(f"Subject: {value}")).subject == subject


def test_subject_cannot_carry_a_line_or_a_direction_mark():
    hidden = word("一\r\nBcc: all@hospital.test\u202e二\x00", "utf-8")
    assert parsing.read_head(raw(f"Subject: {hidden}")).subject == "一 Bcc: all@hospital.test二"


@pytest.mark.parametrize(
    "value, sender",
    [
        ("wang@hospital.test", Sender("wang@hospital.test", "")),
        ("WANG <Wang@Hospital.TEST>", Sender("wang@hospital.test", "WANG")),
        (f"{word('王医生', 'gbk')} <wang@hospital.test>", Sender("wang@hospital.test", "王医生")),
        ('"boss@hospital.test" <x@evil.test>', Sender("x@evil.test", "boss@hospital.test")),
        ("<boss@hospital.test> <x@evil.test>", None),
        ("boss@hospital.test, x@evil.test", None),
        ("boss@hospital.test <x@evil.test", None),
        ("wang@hospital.test)<x@evil.test>", None),
        ("undisclosed", None),
        ("", None),
        ("(" * 5000, None),
    ],
)
def test_sender_is_one_address_or_none(value, sender):
    assert parsing.read_head(raw(f"From: {value}")).sender == sender


def test_two_from_lines_name_nobody():
    assert parsing.read_head(raw("From: a@hospital.test", "From: b@evil.test")).sender is None


def test_referred_ids_come_nearest_first():
    head = parsing.read_head(raw("References: <1@x>\r\n <2@x>", "In-Reply-To: <3@x>"))
    assert head.referred == ("3@x", "2@x", "1@x")


def test_fingerprint_is_of_id_and_sender():
    one, other = (raw(f"From: {name}@x.test", "Message-ID: <1@x>", body=name.encode()) for name in "ab")
    again = raw("From: a@x.test", "Message-ID: <1@x>", body=b"delivered twice, with another trace")
    prints = [parsing.fingerprint(mail, parsing.read_head(mail)) for mail in (one, other, again)]
    assert (prints[0] == prints[2], prints[0] == prints[1]) == (True, False)


def test_fingerprint_without_an_id_is_of_the_whole_mail():
    one, other = raw("From: a@x.test", body=b"1"), raw("From: a@x.test", body=b"2")
    prints = {parsing.fingerprint(mail, parsing.read_head(mail)) for mail in (one, other, one)}
    assert len(prints) == 2


# Bodies


@pytest.mark.parametrize("charset, cte", [("gb18030", "8bit"), ("gbk", "base64"), ("utf-8", "quoted-printable")])
def test_text_in_every_charset_and_transfer_is_read(charset, cte):
    message = EmailMessage()
    message.set_content("镕基，打印机坏了。\n请来人。", charset=charset, cte=cte)
    content = message.as_bytes().replace(b'charset="gbk"', b'charset="gb2312"')
    assert parsing.read(content).text == "镕基，打印机坏了。\n请来人。"


def test_text_with_a_wrong_charset_loses_nothing_readable():
    mail = raw("Content-Type: text/plain; charset=us-ascii", body="门诊收费窗口".encode("gbk"))
    assert parsing.read(mail).text == "门诊收费窗口"


def test_html_alone_becomes_text():
    message = EmailMessage()
    message.set_content("<p>打印机<b>坏了</b></p><script>alert(1)</script><p>三楼</p>", subtype="html")
    assert parsing.read(message.as_bytes()).text == "打印机坏了\n\n三楼"


def test_plain_text_is_preferred_to_html():
    message = EmailMessage()
    message.set_content("打印机坏了")
    message.add_alternative("<p>另一种写法</p>", subtype="html")
    assert parsing.read(message.as_bytes()).text == "打印机坏了"


def test_html_is_taken_where_the_plain_text_is_blank():
    message = EmailMessage()
    message.set_content(" \n")
    message.add_alternative("<p>打印机坏了</p>", subtype="html")
    assert parsing.read(message.as_bytes()).text == "打印机坏了"


def test_files_in_any_branch_are_found():
    message = EmailMessage()
    message.set_content("见附件")
    message.add_alternative("<p>见附件 <img src='cid:1'></p>", subtype="html")
    message.get_payload()[1].add_related(b"picture", "image", "png", cid="<1>")
    message.add_attachment(b"table", "application", "octet-stream", filename="排班表.xlsx")
    found = parsing.read(message.as_bytes())
    assert (found.text, [(file.name, file.content) for file in found.files]) == (
        "见附件", [("1.png", b"picture"), ("排班表.xlsx", b"table")],
    )  # fmt: skip


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment; filename*=utf-8''%E6%88%AA%E5%9B%BE.png",
        "attachment; filename*=gb2312''%BD%D8%CD%BC.png",
        "attachment; filename*0*=utf-8''%E6%88%AA; filename*1*=%E5%9B%BE.png",
        f'attachment; filename="{word("截图.png", "gbk")}"',
        "attachment; filename=截图.png",
        'inline; filename="截图.png"',
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_name_of_a_file_is_read_in_every_form(disposition, charset):
    head = raw("Content-Type: image/png", f"Content-Disposition: {disposition}", charset=charset)
    assert [file.name for file in parsing.read(head).files] == ["截图.png"]


def test_a_forwarded_mail_is_a_file_that_can_be_read():
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "厂商 <a@vendor.test>", "补丁说明"
    inner.set_content("请先备份。")
    inner.add_attachment(b"x", "application", "zip", filename="patch.zip")
    message = EmailMessage()
    message.set_content("厂商的答复见附件")
    message.add_attachment(inner)
    found = parsing.read(message.as_bytes())
    text = parsing.as_text(found.files[0])
    assert (found.text, text.name) == ("厂商的答复见附件", "补丁说明.txt")
    assert text.content.decode() == "厂商 <a@vendor.test>\n补丁说明\n\n请先备份。\n[patch.zip]"


def test_a_mail_cut_off_in_the_post_still_speaks():
    mail = raw('Content-Type: multipart/mixed; boundary="b"', body="打印机坏了".encode())
    assert parsing.read(mail).text == "打印机坏了"


def test_text_that_only_claims_to_be_encoded_is_kept_as_it_came():
    mail = raw("Content-Type: text/plain", "Content-Transfer-Encoding: base64", body="打印机坏了！".encode())
    assert parsing.read(mail).text == "打印机坏了！"


@pytest.mark.parametrize("count", [bodies.MOST_PARTS, 5000])
def test_a_mail_of_countless_parts_is_refused(count):
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    mail = raw('Content-Type: multipart/mixed; boundary="b"', body=part * count + b"--b--\r\n")
    with pytest.raises(bodies.TooComplex):
        parsing.read(mail)


def test_a_mail_nested_without_end_is_refused():
    message = EmailMessage()
    message.set_content("x")
    for _ in range(bodies.MOST_DEPTH + 2):
        outer = EmailMessage()
        outer["Content-Type"] = "multipart/mixed"
        outer.set_payload([message])
        message = outer
    with pytest.raises(bodies.TooComplex):
        parsing.read(message.as_bytes())


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(content):
    parsing.read(content)


@given(st.lists(st.sampled_from(["From", "Subject", "Message-ID", "Content-Type", "Content-Disposition"])), st.data())
def test_no_head_brings_the_reader_down(names, data):
    lines = [f"{name}: ".encode() + data.draw(st.binary(max_size=60)).replace(b"\n", b"") for name in names]
    parsing.read(b"\r\n".join([*lines, b"", b"body"]))


@given(st.text())
def test_a_line_is_visible_and_short(text):
    line = headers.line(text, 20)
    assert len(line) <= 20
    assert not any(ord(character) < 32 or "\ud800" <= character <= "\udfff" for character in line)
