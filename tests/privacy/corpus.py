"""Made-up sentences with and without patient data; the same seed gives the same sentences."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from itsm.privacy.numbers import CHECK_CHARACTERS, WEIGHTS

SEED = 20261123
PROVINCES = (
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41"),
    *("42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82"),
)
BEFORE = (
    *("患者反映报告打不出来，", "请帮忙核对，", "医嘱提交报错。", "病人在窗口等，", "分诊台来电：", "工号8120代报，"),
    *("第3诊室，", "2026年10月14日上午，", "麻烦尽快处理\n", "您好！", "", "【加急】"),
)
AFTER = (
    *("，病历打不开。", "，查不到结果", "请处理！", "。分机2316。", "\n谢谢", "；已重启3次仍不行。", "的报告丢失", ""),
    *("，等了20分钟", "、另外打印机也坏了", "（急）", " 请回电"),
)
LABELS = {
    "identity": ("身份证:", "身份证号：", "证件号码是", "身份证", "证件号 ", "ID：", "", "患者", "号码为"),
    "mobile": ("电话", "手机：", "联系电话:", "手机号是", "tel", "Tel:", "", "请打", "家属手机 "),
    "hospital_number": (
        "住院号",
        "住院号：",
        "门诊号:",
        "病案号是",
        "病历号 ",
        "登记号：",
        "就诊卡号",
        "患者ID:",
        "住院号码",
    ),
}
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


class Sample(NamedTuple):
    """A sentence, what is in it ("" for nothing), and the characters that identify somebody."""

    text: str
    kind: str
    value: str


def identity(dice: random.Random) -> str:
    """A citizen's number with its check character."""
    born = date(1925, 1, 1) + timedelta(days=dice.randrange(36000))
    place = f"{dice.choice(PROVINCES)}{dice.randrange(1, 7):02d}{dice.randrange(1, 30):02d}"
    body = f"{place}{born:%Y%m%d}{dice.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECK_CHARACTERS[total % 11]


def old_identity(dice: random.Random) -> str:
    """A number of the first generation."""
    whole = identity(dice)
    return whole[:6] + whole[8:17]


def mobile(dice: random.Random) -> str:
    return f"1{dice.randrange(3, 10)}{dice.randrange(10**9):09d}"


def hospital_number(dice: random.Random) -> str:
    letters = dice.choice(("", "", "", "A", "ZY", "MZ"))
    return letters + "".join(dice.choice("0123456789") for _ in range(dice.randrange(6, 11)))


def _grouped(value: str, sizes: tuple[int, ...], sign: str) -> str:
    parts, place = [], 0
    for size in sizes:
        parts.append(value[place : place + size])
        place += size
    return sign.join(parts)


def _broken(value: str, dice: random.Random) -> str:
    at = dice.randrange(3, len(value) - 2)
    return f"{value[:at]}\n{value[at:]}"


def identity_forms(value: str, dice: random.Random) -> str:
    """The number as people type it."""
    sign = dice.choice((" ", "-", "　", "－", "  "))
    forms: tuple[Callable[[], str], ...] = (
        lambda: value,
        lambda: value,
        lambda: value.lower(),
        lambda: value.translate(FULL_WIDTH),
        lambda: _grouped(value, (6, 8, 4), sign),
        lambda: _grouped(value, (3, 3, 4, 4, 4), sign),
        lambda: _grouped(value, (6, 4, 2, 2, 4), sign),
        lambda: " ".join(value),
        lambda: _broken(value, dice),
        lambda: "\u200b".join((value[:7], value[7:])),
    )
    return dice.choice(forms)()


def mobile_forms(value: str, dice: random.Random) -> str:
    """The number as people type it."""
    sign = dice.choice((" ", "-", "　", "－", " - ", "–"))
    forms: tuple[Callable[[], str], ...] = (
        lambda: value,
        lambda: value,
        lambda: f"+86{value}",
        lambda: f"+86 {value}",
        lambda: f"0086-{value}",
        lambda: f"(+86){value}",
        lambda: value.translate(FULL_WIDTH),
        lambda: _grouped(value, (3, 4, 4), sign),
        lambda: f"+86 {_grouped(value, (3, 4, 4), sign)}",
        lambda: _grouped(value, (3, 8), sign),
        lambda: _grouped(value, (7, 4), sign),
        lambda: _grouped(value, (3, 3, 5), sign),
        lambda: " ".join(value),
        lambda: _broken(value, dice),
    )
    return dice.choice(forms)()


def with_patient(count: int, seed: int = SEED) -> Iterator[Sample]:
    """Sentences that hold one number each: 45 % citizens', 5 % old citizens', 30 % mobile, 20 % hospital."""
    dice = random.Random(seed)
    for _ in range(count):
        draw = dice.random()
        if draw < 0.45:
            kind, typed = "identity", identity_forms(identity(dice), dice)
        elif draw < 0.5:
            kind, typed = "identity", old_identity(dice)
        elif draw < 0.8:
            kind, typed = "mobile", mobile_forms(mobile(dice), dice)
        else:
            kind, typed = "hospital_number", hospital_number(dice)
        label = dice.choice(LABELS[kind])
        yield Sample(f"{dice.choice(BEFORE)}{label}{typed}{dice.choice(AFTER)}", kind, typed)


def innocent_values(dice: random.Random) -> tuple[Callable[[], str], ...]:
    """Numbers of the desk and of its machines, which identify nobody."""
    digit = lambda count: "".join(dice.choice("0123456789") for _ in range(count))  # noqa: E731
    day = date(2020, 1, 1) + timedelta(days=dice.randrange(3000))
    clock = f"{dice.randrange(24):02d}:{dice.randrange(60):02d}:{dice.randrange(60):02d}"
    return (
        lambda: f"{dice.choice(('GD', 'WT', 'BG', 'XJ'))}{day:%Y%m%d}-{dice.randrange(10**4):04d}",
        lambda: f"JYYW-{dice.choice(('XJ', 'YJ'))}-LIS-{day:%Y}-{digit(4)}",
        lambda: f"资产编号{dice.choice(('ZC', 'PC-', 'SB-'))}{digit(dice.choice((8, 10, 11)))}",
        lambda: f"SN{digit(dice.choice((10, 11, 12, 15)))}",
        lambda: f"序列号CN{digit(4)}X{digit(7)}{dice.choice('ABCDEF')}",
        lambda: ".".join(str(dice.randrange(256)) for _ in range(4)) + f":{dice.randrange(1024, 65535)}",
        lambda: "-".join(f"{dice.randrange(256):02X}" for _ in range(6)),
        lambda: f"{day} {clock}",
        lambda: f"{day}T{clock}.{digit(3)}+08:00",
        lambda: f"{day:%Y%m%d}{clock.replace(':', '')}",
        lambda: f"{day:%Y%m%d}{clock.replace(':', '')}{digit(3)}",
        lambda: f"时间戳{dice.randrange(1_600_000_000, 1_800_000_000)}{dice.choice(('', '123'))}",
        lambda: f"订单号{day:%Y%m%d}{digit(dice.choice((6, 8, 10)))}",
        lambda: f"流水{digit(dice.choice((12, 13, 14, 16, 20)))}",
        lambda: f"条码69{digit(11)}",
        lambda: "、".join(str(dice.randrange(2100, 8999)) for _ in range(dice.randrange(2, 7))),
        lambda: " ".join(str(dice.randrange(1100, 8999)) for _ in range(dice.randrange(2, 7))),
        lambda: "\n".join(str(dice.randrange(1300, 1999)) for _ in range(dice.randrange(2, 7))),
        lambda: f"0416-{dice.randrange(2_000_000, 5_999_999)}转{digit(4)}",
        lambda: f"400-{digit(3)}-{digit(4)}",
        lambda: f"端口 {dice.randrange(1, 48)} {dice.randrange(1, 48)} {dice.randrange(1, 48)} 不通",
        lambda: f"IMEI 35{_with_luhn('35' + digit(12))[2:]}",
        lambda: f"金额{digit(6)}.{digit(2)}元，共{digit(4)}笔",
        lambda: f"版本V{dice.randrange(9)}.{dice.randrange(99)}.{digit(8)}",
        lambda: f"错误码0x{dice.randrange(16**8):08X}",
        lambda: f"{dice.randrange(16**8):08x}-{digit(4)}-{digit(4)}-{digit(4)}-{digit(12)}",
    )


def _with_luhn(body: str) -> str:
    from itsm.privacy.numbers import passes_luhn

    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def without_patient(count: int, seed: int = SEED + 1) -> Iterator[Sample]:
    """Sentences that hold numbers, but none of a patient."""
    dice = random.Random(seed)
    for _ in range(count):
        value = dice.choice(innocent_values(dice))()
        yield Sample(f"{dice.choice(BEFORE)}{value}{dice.choice(AFTER)}", "", value)
