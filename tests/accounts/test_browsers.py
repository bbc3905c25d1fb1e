"""A browser's own line in words."""

import pytest

from itsm.accounts.browsers import browser_name

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (CHROME, "Chrome 109 · Windows"),
        (CHROME + " Edg/120.0.0.0", "Edge 120 · Windows"),
        (CHROME + " QIHU 360EE", "360 · Windows"),
        (IPHONE, "Safari 17 · iPhone"),
        (IPHONE + " MicroMessenger/8.0.42", "WeChat 8 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox 115 · Linux"),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer · Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 80, "x" * 60),
        ("", ""),
    ],
)
def test_a_line_is_told_in_a_persons_words(line, words):
    assert browser_name(line) == words
