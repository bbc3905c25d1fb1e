"""What somebody has written anew; where that is not certain, everything stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail import html, quoting

NEW = "还是打不开。\n请再看一下。"
HEAD = "From: 服务台 <desk@hospital.test>\nSent: 2026-09-24 9:00\nTo: 王医生\nSubject: GD20260924-0001"
HISTORIES = [
    "在 2026年9月24日，09:00，服务台 <desk@hospital.test> 写道：\n> 已处理\n> 请确认",
    "On Thu, Sep 24, 2026 at 9:00 AM desk <desk@hospital.test> wrote:\n\n> done\n>\n> please confirm",
    "On Thu, Sep 24, 2026 at 9:00 AM a very long name indeed\n<desk@hospital.test> wrote:\n> done",
    "------------------ 原始邮件 ------------------\n发件人: 服务台\n发送时间: 2026年9月24日\n主题: 处理结果\n\n已处理",
    "-----Original Message-----\nFrom: desk\nanything",
    "-----原始邮件-----\n任何内容",
    "________________________________\n发件人：服务台\n发送时间：9:00\n收件人：王医生\n主题：处理结果\n\n已处理",
    HEAD + "\n\ndone",
    "发件人： 服务台\n发送时间： 2026-09-24\n收件人： 王医生\n主题： 处理结果\n已处理",
    "> 已处理\n> 请确认",
]


@pytest.mark.parametrize("history", HISTORIES)
def test_history_below_own_words_is_cut(history):
    assert quoting.answer_of(f"{NEW}\n\n{history}") == NEW


@pytest.mark.parametrize("history", HISTORIES)
def test_history_without_own_words_stays(history):
    assert quoting.answer_of(history) == history


@pytest.mark.parametrize(
    "text",
    [
        "On Thu, Sep 24 desk wrote:\n> 好了吗？\n没有，还是不行。",
        "> 好了吗？\n没有。\n> 重启过？\n重启过。",
        "见下。\n> 好了吗？\n没有。",
        "On Monday the printer broke, I wrote: broken",
        "在这台机器上他写道：\n没有引用标记的内容",
        "发件人：谁？\n我不知道。",
        "一行\n--- 分隔 ---\n二行",
    ],
)
def test_what_might_be_an_answer_stays_whole(text):
    assert quoting.answer_of(text) == text


def test_a_mail_passed_on_stays_whole():
    text = f"请处理\n\n{HEAD}\n\n厂商说要升级"
    assert quoting.answer_of(text, "FW: 补丁") == text
    assert quoting.answer_of(text, "回复: 转发: 补丁") == text
    assert quoting.answer_of(text, "回复: 补丁") == "请处理"


def test_a_signature_is_cut_from_an_answer_only():
    text = "好了，谢谢。\n-- \n王医生\n消化内科 2316"
    assert (quoting.answer_of(text), quoting.without_mark(text)) == ("好了，谢谢。", text)


def test_a_long_tail_behind_dashes_is_no_signature():
    text = "步骤：\n--\n" + "\n".join(f"第{n}步" for n in range(20))
    assert quoting.answer_of(text) == text


@pytest.mark.parametrize(
    "mark",
    ["发自我的iPhone", "发自我的华为手机", "Sent from my iPhone", "来自QQ邮箱手机版", "获取 Outlook for Android"],
)
def test_the_mark_of_a_telephone_is_cut(mark):
    assert quoting.without_mark(f"打印机坏了\n\n{mark}") == "打印机坏了"


def test_a_mark_alone_stays():
    assert quoting.without_mark("发自我的iPhone") == "发自我的iPhone"


@given(
    st.lists(
        st.sampled_from(["", "一", "> 二", "-- ", "From: x", "Sent: y", "To: z", "在 今天的上午 谁 写道："]),
        max_size=12,
    )
)
def test_an_answer_is_the_beginning_of_the_text(rows):
    text = "\n".join(rows)
    assert text.startswith(quoting.answer_of(text))


# HTML


@pytest.mark.parametrize(
    "source, text",
    [
        ("<div>血压 < 90 &amp; 3&nbsp;次</div>", "血压 < 90 & 3 次"),
        ("一<br>二<br><br>三", "一\n二\n\n三"),
        ("<ul><li>甲<li>乙</ul>", "- 甲\n- 乙"),
        ("<table><tr><td>科室</td><td>内科</td></tr></table>", "科室\t内科"),
        ("<p>新</p><blockquote><p>旧</p></blockquote>", "新\n\n> 旧"),
        ("<style>p{}</style><title>题</title><!--[if mso]>x<![endif]-->文<o:p></o:p>", "文"),
        ("<script>alert(1)</script>", ""),
        ("<script>never closed", ""),
        ("<a href='javascript:alert(1)'>点我</a><img src=x onerror=alert(1)>", "点我"),
        ("&lt;script&gt;", "<script>"),
        ("<<b>x</b>", "<x"),
    ],
)
def test_html_becomes_its_words(source, text):
    assert html.text_of(source) == text


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "<!-- >", '<a href="', "<!", "<?", "&#", "</", "<td>", "<blockquote>", "a=''"]
)
def test_hostile_html_takes_no_time(piece):
    began = time.monotonic()
    html.text_of("<a " + piece * (html.MOST // len(piece)))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("piece", ["\n", " ", "发件人：a\n", "on ", "> x\n", "-", "_\n", "-- \n", "写道：\n"])
def test_hostile_text_takes_no_time(piece):
    began = time.monotonic()
    quoting.answer_of("x\n" + piece * (200_000 // len(piece)))
    assert time.monotonic() - began < 5


@given(st.text(st.sampled_from("<>/!-ab \"'=&;x"), max_size=200))
def test_html_of_any_form_ends(source):
    html.text_of(source)
