"""PURE: what somebody has written anew in an answer. Where that is not certain, everything stays.

History is cut only below words of one's own and only where nothing but history follows, so that an answer
between the lines or below the quotation is kept whole.
"""

import re

_PHONE_MARK = re.compile(
    r"(?:发自|来自|發自)我?的?.{0,24}|从我的.{1,20}发送|sent from (?:my|outlook|yahoo|mail) ?.{0,40}"
    r"|(?:获取|get) ?outlook for .{0,20}",
    re.IGNORECASE,
)
_RULER = re.compile(
    r"\s*(?:-{2,}|_{2,}|—{2,})\s*"
    r"(?:original message|original appointment|原始邮件|原邮件|原始郵件|回复的原邮件|邮件原文)"
    r"\s*(?:-{2,}|_{2,}|—{2,})?\s*",
    re.IGNORECASE,
)
_LINE = re.compile(r"\s*[_-]{20,}\s*")
_WROTE = re.compile(
    r"\s*(?:on\b.{4,160}\bwrote\s*[:：]|在\s*.{4,160}(?:写道|寫道)\s*[:：]"
    r"|at \d{4}-.{4,160}\bwrote\s*[:：]|.{2,160}\s于\s*.{4,60}写道\s*[:：])\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\**(?:from|发件人|寄件者|寄件人)\**\s*[:：]\**\s*\S", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*\**(?:sent|date|to|cc|subject|发送时间|发送日期|日期|时间|收件人|抄送|主题|寄件日期|收件者|主旨)\**\s*[:：]",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:(?:re|aw|答复|回复)\s*[:：]\s*)*(?:fwd?|wg|tr|转发|轉寄)\s*[:：]", re.IGNORECASE)
_SIGNATURE = re.compile(r"-- ?")
_QUOTED = re.compile(r"\s*[>＞]")
MOST_SIGNATURE = 15  # lines


def without_mark(text: str) -> str:
    """The text without the advertisement that a telephone's program puts at its end."""
    rows = text.rstrip().split("\n")
    if len(rows) > 1 and _PHONE_MARK.fullmatch(rows[-1].strip()):
        return "\n".join(rows[:-1]).rstrip()
    return text.rstrip()


def answer_of(text: str, subject: str = "") -> str:
    """What was written anew: without the history below it, then without the signature.

    Who passes a mail on means just what stands below: of that nothing is cut.
    """
    return without_mark(text if _FORWARD.match(subject) else _unsigned(_unquoted(text)))


def _unquoted(text: str) -> str:
    rows = text.split("\n")
    for number, row in enumerate(rows):
        if not _begins_history(rows, number):
            continue
        own = "\n".join(rows[:number]).rstrip()
        return own if own.strip() and _is_history(rows[number:], row) else text
    return text


def _begins_history(rows: list[str], number: int) -> bool:
    row = rows[number]
    if _RULER.fullmatch(row) or _WROTE.fullmatch(row) or _wrote_over_two(rows, number):
        return True
    if _LINE.fullmatch(row):
        return _is_head(_next(rows, number + 1))
    return _QUOTED.match(row) is not None or _is_head(rows[number : number + 6])


def _wrote_over_two(rows: list[str], number: int) -> bool:
    """An attribution that a program has broken into two lines."""
    return number + 1 < len(rows) and _WROTE.fullmatch(f"{rows[number]} {rows[number + 1].strip()}") is not None


def _next(rows: list[str], number: int) -> list[str]:
    while number < len(rows) and not rows[number].strip():
        number += 1
    return rows[number : number + 6]


def _is_head(rows: list[str]) -> bool:
    """The lines From, Sent, To, Subject of a quoted mail: the first and at least two more."""
    return bool(rows) and _FROM.match(rows[0]) is not None and sum(bool(_FIELD.match(row)) for row in rows[1:]) >= 2


def _is_history(rows: list[str], first: str) -> bool:
    """Whether nothing but the quotation follows: below a header everything is, below an attribution only `>`."""
    if not (_QUOTED.match(first) or _WROTE.fullmatch(first) or _wrote_over_two(rows, 0)):
        return True
    begun = next((number for number, row in enumerate(rows) if _QUOTED.match(row)), len(rows))
    return begun <= 3 and all(_QUOTED.match(row) or not row.strip() for row in rows[begun:])


def _unsigned(text: str) -> str:
    rows = text.split("\n")
    for number in range(len(rows) - 1, 0, -1):
        if _SIGNATURE.fullmatch(rows[number]):
            own = "\n".join(rows[:number]).rstrip()
            return own if own.strip() and len(rows) - number - 1 <= MOST_SIGNATURE else text
    return text
