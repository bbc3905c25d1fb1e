"""PURE: what each chat robot and the webhook are sent, how that is signed, and what their answers mean.

Robots are sent plain text: every client shows it, and in WeCom and DingTalk it is the form that names people.
Signatures as the platforms ask for them: DingTalk signs in the address (timestamp in milliseconds), Feishu in the
body (in seconds, with timestamp and secret as the key of an empty text), the webhook in its headers
(itsm/deliveries.py). WeCom's robot is known by the key in its address.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from itsm import deliveries
from itsm.notifications import wording
from itsm.notifications.enums import DestinationKind

# Bytes of text that a robot takes in one message.
MOST_BYTES = {DestinationKind.WECOM: 2048, DestinationKind.DINGTALK: 18_000, DestinationKind.FEISHU: 18_000}
# What the platforms answer to whoever sends too much in a minute.
BUSY = frozenset({45009, 45033, 130101, 410100, 11232})
EVENT_ID, TIMESTAMP, SIGNATURE = "X-Event-Id", "X-Timestamp", "X-Signature"
MOST_SAID = 200


@dataclass(frozen=True)
class Told:
    """What a group is told. link: the whole address of the page, or "". phones: whom an urgent one names."""

    event_id: str
    occasion: str
    title: str
    body: str
    link: str
    is_urgent: bool
    created_at: datetime
    keyword: str = ""
    phones: Sequence[str] = ()


@dataclass(frozen=True)
class Request:
    """What goes out over HTTP."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def request(kind: str, told: Told, *, url: str, secret: str, at: datetime) -> Request:
    """The request that tells this to a group of that kind, signed at this moment."""
    return _MAKERS[DestinationKind(kind)](told, url, secret, at)


def _wecom(told: Told, url: str, _secret: str, _at: datetime) -> Request:
    said = {"content": _text(told, DestinationKind.WECOM), "mentioned_mobile_list": _named(told)}
    return _json(url, {"msgtype": "text", "text": said})


def _dingtalk(told: Told, url: str, secret: str, at: datetime) -> Request:
    phones = _named(told)
    names = " ".join(f"@{phone}" for phone in phones)
    text = _text(told, DestinationKind.DINGTALK)
    said = {
        "msgtype": "text",
        "text": {"content": f"{text}\n{names}" if names else text},
        "at": {"atMobiles": phones, "isAtAll": False},
    }
    if not secret:
        return _json(url, said)
    timestamp = str(int(at.timestamp() * 1000))
    return _json(_with(url, timestamp=timestamp, sign=dingtalk_sign(secret, timestamp)), said)


def _feishu(told: Told, url: str, secret: str, at: datetime) -> Request:
    said: dict[str, Any] = {"msg_type": "text", "content": {"text": _text(told, DestinationKind.FEISHU)}}
    if secret:
        timestamp = str(int(at.timestamp()))
        said = {"timestamp": timestamp, "sign": feishu_sign(secret, timestamp), **said}
    return _json(url, said)


def _webhook(told: Told, url: str, secret: str, at: datetime) -> Request:
    said = {
        "id": told.event_id,
        "occasion": told.occasion,
        "title": told.title,
        "body": told.body,
        "url": told.link,
        "urgent": told.is_urgent,
        "created_at": told.created_at.isoformat(),
    }
    plain = _json(url, said)
    timestamp = str(int(at.timestamp()))
    signature = f"{deliveries.PREFIX}{deliveries.sign(secret, timestamp, plain.body)}"
    signed = {EVENT_ID: told.event_id, TIMESTAMP: timestamp, SIGNATURE: signature}
    return Request(plain.url, plain.body, {**plain.headers, **signed})


_MAKERS = {
    DestinationKind.WECOM: _wecom,
    DestinationKind.DINGTALK: _dingtalk,
    DestinationKind.FEISHU: _feishu,
    DestinationKind.WEBHOOK: _webhook,
}


def dingtalk_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 of timestamp and secret, in base64; the address takes it percent-encoded."""
    return _base64(hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), sha256).digest())


def feishu_sign(secret: str, timestamp: str) -> str:
    """HMAC-SHA256 of nothing, with timestamp and secret as the key, in base64."""
    return _base64(hmac.new(f"{timestamp}\n{secret}".encode(), b"", sha256).digest())


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _text(told: Told, kind: DestinationKind) -> str:
    """Title, body and link, with the keyword if they lack it; the link stays whole when it must be cut."""
    words = wording.group_text(told.title, told.body, "")
    if told.keyword and told.keyword not in f"{words}{told.link}":
        words = f"{told.keyword} {words}"
    return wording.cut(words, MOST_BYTES[kind], keep=told.link)


def _named(told: Told) -> list[str]:
    return list(told.phones) if told.is_urgent else []


def _json(url: str, said: Mapping[str, Any]) -> Request:
    body = json.dumps(said, ensure_ascii=False).encode()
    return Request(url, body, {"Content-Type": "application/json; charset=utf-8"})


def _with(url: str, **words: str) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *words.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))


@dataclass(frozen=True)
class Verdict:
    """What an answer means. code: the robot's, or the status; said: its words; is_busy: it wants to be left alone."""

    is_taken: bool
    code: str = ""
    said: str = ""
    is_busy: bool = False


def verdict(kind: str, status: int, body: bytes) -> Verdict:
    """Whether the message was taken.

    A robot takes it with a code of 0, whatever the status says; a webhook with any 2xx, and what else it writes is
    not looked at, so that no page of the own network is shown to anybody.
    """
    busy = status == 429 or status >= 500
    if kind == DestinationKind.WEBHOOK:
        return Verdict(200 <= status < 300, f"HTTP {status}", is_busy=busy)
    answer = _read(body)
    code = next((answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None)
    if not isinstance(code, int) or isinstance(code, bool):
        return Verdict(False, f"HTTP {status}", is_busy=busy)
    said = next((answer[name] for name in ("errmsg", "msg", "StatusMessage") if name in answer), "")
    return Verdict(code == 0, str(code), str(said)[:MOST_SAID], code in BUSY)


def _read(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
