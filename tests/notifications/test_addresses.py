"""What may be sent to, pure."""

import pytest

from itsm.notifications import addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "http://10.1.2.3:8080/hook",
        "http://[fd00::1]:8080/hook",
        "https://esb.hospital.local",
    ],
)
def test_plain_addresses(url):
    assert addresses.is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://host/x",
        "file:///etc/passwd",
        "gopher://host/",
        "//host/x",
        "https://",
        "https://user@host/x",
        "https://host\\@evil/x",
        "https://evil\\.host/x",
        "https://host/x#y",
        "https://host:99999/x",
        "https://host:0/x",
        "https://ho st/x",
        "https://host/x\nHost: evil",
        "https://ｈｏｓｔ/x",
        "https://host/" + "x" * 2000,
    ],
)
def test_what_is_no_plain_address(url):
    assert not addresses.is_address(url)


@pytest.mark.parametrize(
    "url, hosts, found",
    [
        ("https://oapi.dingtalk.com/x", ["oapi.dingtalk.com"], True),
        ("https://OAPI.dingtalk.com./x", ["oapi.dingtalk.com"], True),
        ("https://oapi.dingtalk.com.evil.test/x", ["oapi.dingtalk.com"], False),
        ("https://evil-oapi.dingtalk.com/x", ["oapi.dingtalk.com"], False),
        ("https://oapi.dingtalk.com:8443/x", ["oapi.dingtalk.com"], False),
        ("http://10.1.2.3:8080/x", ["10.1.2.3:8080"], True),
        ("http://10.1.2.3/x", ["10.1.2.3:8080"], False),
        ("https://a.hospital.local/x", [".hospital.local"], True),
        ("https://hospital.local/x", [".hospital.local"], False),
        ("https://ahospital.local/x", [".hospital.local"], False),
        ("http://[fd00::1]:8080/x", ["[fd00::1]:8080"], True),
        ("http://[fd00::1]/x", ["[fd00::1]"], True),
        ("http://169.254.169.254/latest", ["qyapi.weixin.qq.com"], False),
        ("http://127.0.0.1/x", [], False),
    ],
)
def test_allowed_hosts(url, hosts, found):
    assert addresses.is_allowed(url, hosts) is found


def test_shown_addresses_have_no_path():
    assert addresses.shown(addresses.host_of("https://host:8443/x?key=1")) == "https://host:8443/******"
