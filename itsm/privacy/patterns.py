"""PURE: what identifies a patient, as regular expressions that Python and the browser read alike.

They are matched against `detector.plain(text)`: ASCII digits and signs, one kind of space and of dash.
Each looks ahead, so that a wrong start never hides a right one, and its one group is the value. Nothing
repeats inside an open repetition, so matching takes time in proportion to the text.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

LEAST_DIGITS = 4
IDENTITY, MOBILE, NUMBER, CARD, NAME = "identity", "mobile", "hospital_number", "bank_card", "name"
KINDS = (IDENTITY, MOBILE, NUMBER, CARD, NAME)
# What a hospital's own pattern must leave alone.
INNOCENT = ("GD20261014-0007", "GD20261014", "20261014", "192.168.13.201", "2026-10-14 13:05:20", "8120")


class Pattern(NamedTuple):
    """One thing to find.

    source: the expression. check: a name in `numbers.CHECKS`, or "". first, last: how many characters of
    a value stay readable.
    """

    kind: str
    source: str
    check: str = ""
    first: int = 0
    last: int = 4


class BadPattern(ValueError):
    """A hospital's own pattern is not of the simple form that is always fast."""


_PROVINCES = ("1[1-5]", "2[1-3]", "3[1-7]", "4[1-6]", "5[0-4]", "6[1-5]", "71", "8[1-3]", "91")
_MONTHS = ("0[1-9]", "1[0-2]")
_DAYS = ("0[1-9]", "[12][0-9]", "3[01]")
_CENTURIES = ("1[89]", "20")
_DIGIT = "[0-9]"
_GAP = r"[- \n.\u200b]{0,3}"
_ONE = re.compile(r"\[[^]]+\]|.")
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗花方俞任袁柳"
    "史唐费岑薛雷贺倪汤罗毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛狄成戴宋庞熊纪舒屈项祝董梁杜阮蓝季贾路江童颜郭梅林钟"
    "徐邱骆高夏蔡田樊胡凌霍万柯卢莫房丁邓洪包左石崔吉龚程邢裴陆翁荀甄曲储靳焦谷车侯全仇武刘景龙叶白蒲卓乔闻翟谭申冉桑"
    "桂牛边尚温庄晏柴阎连易廖耿匡文欧关肖向古游冷辛那简饶曾沙丰查游权盖桓公闫"
)


def _spread(*parts: str) -> str:
    """The characters of these parts, with room for spaces, dashes and line breaks between any two."""
    return _GAP.join(one for part in parts for one in _ONE.findall(part))


def _any(forms: Iterable[str], *, spread: bool) -> str:
    return "(?:" + "|".join(_spread(form) if spread else form for form in forms) + ")"


def _seek(before: str, value: str, after: str) -> str:
    return f"(?={before}({value}){after})"


def _whole_identity() -> str:
    parts = [_any(_PROVINCES, spread=True), _spread(_DIGIT * 4), _any(_CENTURIES, spread=True), _spread(_DIGIT * 2)]
    parts += [_any(_MONTHS, spread=True), _any(_DAYS, spread=True), _spread(_DIGIT * 3), "[0-9Xx]"]
    return _GAP.join(parts)


def _old_identity() -> str:
    place, month, day = (_any(forms, spread=False) for forms in (_PROVINCES, _MONTHS, _DAYS))
    return f"{place}[0-9]{{4}}[- ]?[0-9]{{2}}{month}{day}[- ]?[0-9]{{3}}"


def _mobile() -> str:
    """Eleven digits in one piece, which a line may break, or in the groups in which people write them."""
    broken, apart = r"[\n\u200b]{0,2}", r"[- .]{1,3}"
    groups = ((3, 4, 4), (3, 8), (7, 4), (5, 6), (4, 3, 4), (3, 3, 5))
    forms = [f"1{broken}[3-9]" + f"{broken}[0-9]" * 9]
    for first, *others in groups:
        rest = "".join(f"{apart}[0-9]{{{count}}}" for count in others)
        forms.append(f"1[3-9][0-9]{{{first - 2}}}{rest}")
    forms.append("1 [3-9]" + " [0-9]" * 9 + "(?! [0-9])")
    return "(?:" + "|".join(forms) + ")"


_AFTER_ASCII = r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-_.])"
_BEFORE_MOBILE = (
    r"(?:(?<![0-9A-Za-z_])|(?<=[Tt][Ee][Ll])|(?<=[Pp][Hh][Oo][Nn][Ee])|(?<=[Mm][Oo][Bb][Ii][Ll][Ee]))"
    r"(?<![0-9A-Za-z][-_.\u200b])(?:\+?86[- )]{0,2}|0086[- )]{0,2}|0)?"
)
_BEFORE_SAID_IDENTITY = r"(?:身份证|证件)(?:号码|号)?[:=是为 \n(\"]{0,4}"
_BEFORE_NAME = "(?:患者|病人|患儿|产妇)(?:姓名|名字)[:=是为 ]{1,2}"
_SAID_IDENTITY = f"{_spread(_DIGIT * 14)}{_GAP}(?:{_spread(_DIGIT * 3)}{_GAP}[0-9Xx]|[0-9])"
_CARD = "62[0-9]{2}(?:[- ]?[0-9]{4}){3}(?:[- ]?[0-9]{3})?"
_WORD = r"[A-Za-z]{0,4}-?[0-9]{4,14}"
_WORDS = rf"{_WORD}(?:[、,/和及] ?[A-Za-z]{{0,4}}[0-9]{{5,14}}){{0,19}}"
_AFTER_WORD = "(?![0-9A-Za-z年月])"

GENERAL = (
    Pattern(IDENTITY, _seek("(?<![0-9])", _whole_identity(), "(?![0-9])"), "identity", first=3),
    Pattern(IDENTITY, _seek(_AFTER_ASCII, _old_identity(), "(?![-0-9A-Za-z_])"), "old_identity", first=3),
    Pattern(IDENTITY, _seek(_BEFORE_SAID_IDENTITY, _SAID_IDENTITY, "(?![0-9])"), first=3),
    Pattern(MOBILE, _seek(_BEFORE_MOBILE, _mobile(), r"(?!\u200b?[0-9A-Za-z_])"), "unbroken", first=3),
    Pattern(CARD, _seek(f"{_AFTER_ASCII}(?<![0-9] )", _CARD, "(?![- ]?[0-9A-Za-z_])"), "luhn"),
    Pattern(NAME, _seek(_BEFORE_NAME, f"[{_SURNAMES}][一-龥]{{1,3}}", "(?![一-龥])"), first=1, last=1),
)


def hospital(labels: Iterable[str], own: Iterable[str]) -> tuple[Pattern, ...]:
    """Patterns of a hospital's numbers: what stands behind one of the labels, and its own forms.

    own: simple expressions such as ZY[0-9]{8}. Raises BadPattern with a sentence.
    """
    words = [_either_case(label) for label in labels]
    said = rf"(?:{'|'.join(words)})(?:码)?[:=#是为 \n(\[\"“「【】]{{0,4}}"
    found = [Pattern(NUMBER, _seek(said, _WORDS, _AFTER_WORD))] if words else []
    for source in own:
        check_simple(source)
        found.append(Pattern(NUMBER, _seek("(?<![0-9A-Za-z_])", source, "(?![0-9A-Za-z_])")))
    return tuple(found)


def _either_case(label: str) -> str:
    letters = (f"[{one.upper()}{one.lower()}]" if one.isascii() and one.isalpha() else re.escape(one) for one in label)
    return "".join(letters)


_ITEM = re.compile(r"(?P<one>[A-Za-z0-9-]|\\d|\[[A-Za-z0-9-]+\])(?:\{(?P<least>\d{1,2})(?:,\d{1,2})?\}|(?P<maybe>\?))?")


def check_simple(source: str) -> None:
    """Refuse a hospital's pattern that is not a row of characters, classes and counted repetitions, that asks for
    fewer than four digits, or that would mask numbers of ours. Raises BadPattern.
    """
    place = digits = 0
    while place < len(source):
        item = _ITEM.match(source, place)
        if item is None:
            raise BadPattern(f"{source!r}: only letters, digits, [classes], {{counts}} and ? are understood.")
        is_digit = item["one"].isdigit() or item["one"] in ("\\d", "[0-9]")
        digits += 0 if item["maybe"] or not is_digit else int(item["least"] or 1)
        place = item.end()
    if digits < LEAST_DIGITS:
        raise BadPattern(f"{source!r} must ask for at least {LEAST_DIGITS} digits.")
    _check_compiles(source)


def _check_compiles(source: str) -> None:
    try:
        found = re.compile(rf"(?<![0-9A-Za-z_])(?:{source})(?![0-9A-Za-z_])")
    except re.error as error:
        raise BadPattern(f"{source!r} is no regular expression: {error}.") from error
    masked = [text for text in INNOCENT if found.search(text)]
    if masked:
        raise BadPattern(f"{source!r} would mask {masked[0]}.")
