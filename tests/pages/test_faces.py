"""The two signs in a person's round face."""

import pytest

from itsm.pages.templatetags.components import initials


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("周建国", "建国"),
        ("王倩", "王倩"),
        ("王医生", "王"),
        ("门诊护士长", "门"),
        ("系统管理员", "系统"),
        ("安全管理员", "安全"),
        ("审计管理员", "审计"),
        ("护士站", "护士"),
        ("监控平台", "监控"),
        ("zhang", "ZH"),
        ("", "·"),
    ],
)
def test_a_face_tells_people_and_posts_apart(name, signs):
    assert f">{signs}</span>" in initials(name)
