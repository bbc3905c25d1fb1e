"""What is found in running text, what is left alone, and how long it takes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.privacy.detector import EVEN, ODD, find, plain
from itsm.privacy.masking import mask
from itsm.privacy.patterns import GENERAL, hospital
from tests.privacy import corpus

PATTERNS = (
    *GENERAL,
    *hospital(["住院号", "门诊号", "病案号", "病历号", "登记号", "就诊卡号", "患者ID"], ["BQ[0-9]{6}"]),
)
ID = "210102199003078515"
ALARMS, RECALL, STRINGS = 0.02, 0.99, 2000


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.kind, hit.value) for hit in find(text, PATTERNS)]


def digits_of(text: str) -> str:
    return "".join(one for one in plain(text).upper() if one in "0123456789X")


def is_found(sample: corpus.Sample) -> bool:
    """Found as what it is, and whole: nothing of the number but a country code is outside."""
    whole = digits_of(sample.value)
    return any(
        hit.kind == sample.kind
        and digits_of(hit.value) in (whole, whole.removeprefix("0086"), whole.removeprefix("86"))
        for hit in find(sample.text, PATTERNS)
    )


def test_recall_on_2000_made_up_sentences(record_property):
    samples = list(corpus.with_patient(STRINGS))
    missed = [sample for sample in samples if not is_found(sample)]
    recall = 1 - len(missed) / STRINGS
    record_property("recall", recall)
    print(f"recall {recall:.4f}; missed: {[sample.text for sample in missed]}")
    assert recall >= RECALL


def test_false_alarms_on_2000_numbers_that_identify_nobody(record_property):
    alarms = [sample.text for sample in corpus.without_patient(STRINGS) if find(sample.text, PATTERNS)]
    rate = len(alarms) / STRINGS
    record_property("false_alarms", rate)
    print(f"false alarms {rate:.4f}: {alarms}")
    assert rate <= ALARMS


@pytest.mark.parametrize(
    "text, hits",
    [
        (f"身份证:{ID}", [("identity", ID)]),
        (f"病人{ID}查不到", [("identity", ID)]),
        (f"id{ID}x", [("identity", ID)]),
        ("21010219900307803X", [("identity", "21010219900307803X")]),
        ("21010219900307803x。", [("identity", "21010219900307803x")]),
        ("210102 19900307 8515", [("identity", "210102 19900307 8515")]),
        ("210102-1990-0307-8515", [("identity", "210102-1990-0307-8515")]),
        ("２１０１０２１９９００３０７８５１５", [("identity", "２１０１０２１９９００３０７８５１５")]),
        ("21010219900307\r\n8515", [("identity", "21010219900307\r\n8515")]),
        (f"2026-11-23 {ID}", [("identity", ID)]),
        (f"{ID},{ID}", [("identity", ID), ("identity", ID)]),
        ("210102900307851", [("identity", "210102900307851")]),
        ("身份证号：210102199003078516", [("identity", "210102199003078516")]),  # mistyped, but labelled
        ("210102199003078516", []),  # the check digit is wrong
        ("210102199013078515", []),  # no thirteenth month
        ("990102199003078515", []),  # no such province
        (f"5{ID}", []),
        (f"{ID}5", []),
    ],
)
def test_citizens_numbers(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    "text, hits",
    [
        ("请打13812345678，谢谢", [("mobile", "13812345678")]),
        ("+8613812345678", [("mobile", "13812345678")]),
        ("0086 138 1234 5678", [("mobile", "138 1234 5678")]),
        ("(+86)138-1234-5678", [("mobile", "138-1234-5678")]),
        ("013812345678", [("mobile", "13812345678")]),
        ("tel13812345678", [("mobile", "13812345678")]),
        ("1 3 8 1 2 3 4 5 6 7 8", [("mobile", "1 3 8 1 2 3 4 5 6 7 8")]),
        ("138\u200b1234\u200b5678", [("mobile", "138\u200b1234\u200b5678")]),
        ("٠13812345678", [("mobile", "13812345678")]),
        ("12812345678", []),
        ("138123456789", []),
        ("SN13812345678", []),
        ("PC-13812345678", []),
        ("1501\n2302\n330", []),
        ("13 14 15 16 17 18", []),
        ("2316", []),
    ],
)
def test_mobile_numbers(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    "text, hits",
    [
        ("住院号00123456", [("hospital_number", "00123456")]),
        ("住院号码是：ZY-123456", [("hospital_number", "ZY-123456")]),
        ("【住院号】123456", [("hospital_number", "123456")]),
        ("患者id 123456", [("hospital_number", "123456")]),
        ("门诊号：123456、123457和123458", [("hospital_number", "123456、123457和123458")]),
        ("腕带BQ123456扫不出", [("hospital_number", "BQ123456")]),
        ("XBQ123456", []),
        ("住院号查不到，请回8120", []),
        ("住院号2026年起换新规则", []),
        ("住院号 123", []),
    ],
)
def test_hospital_numbers(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    "text, hits",
    [
        ("患者姓名：张三丰，女", [("name", "张三丰")]),
        ("病人姓名:李四", [("name", "李四")]),
        ("患者姓名：显示为空", []),
        ("患者姓名显示不全", []),
        ("银行卡6222021234567890128退费", [("bank_card", "6222021234567890128")]),
        ("6222 0212 3456 7890 128", [("bank_card", "6222 0212 3456 7890 128")]),
        ("6222021234567890127", []),
    ],
)
def test_names_and_cards(text, hits):
    assert found(text) == hits


@pytest.mark.parametrize(
    "text", ["", " ", "打印机打不出检验报告。", "身份证读卡器失灵", "手机", "GD20261014-0007", "\x00" * 9]
)
def test_clean_texts_give_nothing(text):
    assert found(text) == []


def test_plain_replaces_one_character_by_one():
    assert (len(ODD), len(set(ODD)), len(plain(ODD))) == (len(EVEN), len(ODD), len(ODD))


@given(st.text(alphabet="0123456789１３８xX -—\n\u200b住院号身份证：,姓名张BQ", max_size=120))
def test_hits_are_pieces_of_the_text_in_order_and_gone_once_masked(text):
    hits = find(text, PATTERNS)
    assert [text[hit.start : hit.end] for hit in hits] == [hit.value for hit in hits]
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
    assert len(mask(text, hits)) == len(text)


HOSTILE = {
    "ones apart": "1 " * 2500,
    "one long number": "1" * 5000,
    "mobile starts": "1 3 " * 1250,
    "dashes": "1-3-8-" * 833,
    "label after label": "身份证" * 1666,
    "labels apart": "住院号 " * 1250,
    "a list without end": "住院号" + "A12345、" * 700,
    "cards": "6222 " * 1000,
    "dates": "21 01 02 19 90 " * 333,
    "lines": "1\n3\n" * 1250,
    "separators": "1" + "- ." * 1666,
    "many hits": f"{ID} " * 263,
    "many mobiles": "13812345678 " * 416,
    "names": "患者姓名:" * 1000,
    "full width": "１３８" * 1666,
    "zero width": "1\u200b3\u200b" * 1250,
    "prefixes": "+86" * 1666,
    "no digits": "医" * 5000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_5000_hostile_characters_take_well_under_5_ms(name):
    text = HOSTILE[name][:5000]
    assert min(_seconds(text) for _ in range(7)) < 0.005


def _seconds(text: str) -> float:
    began = time.thread_time()
    find(text, PATTERNS)
    return time.thread_time() - began


def test_time_grows_with_the_length_and_not_faster():
    short, long = (min(_seconds("1 3 " * count) for _ in range(5)) for count in (1000, 8000))
    assert long < 16 * short
