"""What stays readable of a masked value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.privacy import found_kinds, is_marked, masked, scan_name
from itsm.privacy.guard import masked_contact
from tests.privacy import corpus


@pytest.mark.parametrize(
    "text, shown",
    [
        ("身份证210102199003078515。", "身份证210***********8515。"),
        ("210102900307851", "210********7851"),
        ("手机13812345678", "手机138****5678"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("1381234\n5678", "138****\n5678"),
        ("住院号0012345678", "住院号******5678"),
        ("住院号123456", "住院号***456"),
        ("住院号1234", "住院号**34"),
        ("门诊号 A1234567、A1234568", "门诊号 ****4567、****4568"),
        ("患者姓名：张三", "患者姓名：张*"),
        ("患者姓名：张三丰", "患者姓名：张*丰"),
        ("患者姓名：欧阳小明", "患者姓名：欧**明"),
        ("6222021234567890128", "***************0128"),
        ("打印机卡纸", "打印机卡纸"),
    ],
)
def test_masked_text(text, shown):
    assert masked(text) == shown


@given(st.integers(0, 2**32))
def test_masking_twice_changes_nothing_more(seed):
    (sample,) = corpus.with_patient(1, seed)
    once = masked(sample.text)
    assert masked(once) == once


def test_masked_goes_through_lists_and_dicts_and_leaves_the_rest():
    value = {"changes": {"title": ["13812345678", "无"]}, "n": 13812345678, "at": None, "pair": ("13812345678", 1)}
    assert masked(value) == {
        "changes": {"title": ["138****5678", "无"]}, "n": 13812345678, "at": None, "pair": ("138****5678", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text, may_call, shown",
    [
        ("13812345678", True, "13812345678"),
        ("13812345678", False, "138****5678"),
        ("2316", False, "2316"),
        ("210102199003078515", True, "210***********8515"),
    ],
)
def test_masked_contact_shows_a_mobile_number_to_those_who_call(text, may_call, shown):
    assert masked_contact(text, may_call=may_call) == shown


@pytest.mark.parametrize(
    "name, kinds",
    [
        ("张三_210102199003078515_CT.jpg", ["identity"]),
        ("住院号_00123456.pdf", ["hospital_number"]),
        ("IMG_20261014_091205.jpg", []),
        ("GD20261014-0007.png", []),
    ],
)
def test_scan_name_reads_words_parted_by_underscores(name, kinds):
    assert [hit.kind for hit in scan_name(name)] == kinds


def test_found_kinds_names_each_once_in_order():
    assert found_kinds("13812345678", "", "住院号123456，13912345678") == ["mobile", "hospital_number"]


@pytest.mark.parametrize("texts, marked", [(("好", "13812345678"), True), (("好", ""), False), ((), False)])
def test_is_marked(texts, marked):
    assert is_marked(*texts) is marked
