"""Asks a ClamAV daemon about a content, over TCP or a Unix socket, by its INSTREAM command."""

import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
SECONDS = 30
DEFAULT_PORT = 3310


class ScannerFailed(Exception):
    """The daemon did not answer, or answered that it could not look."""


def scan(file: BinaryIO, address: str) -> str:
    """The name of what was found, or an empty text. address: tcp://host:3310 or unix:///run/clamd.sock.

    Raises ScannerFailed.
    """
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                line.sendall(struct.pack("!L", len(chunk)) + chunk)
            line.sendall(struct.pack("!L", 0))
            return _finding(_answer(line))
    except OSError as error:
        raise ScannerFailed(str(error)) from error


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((parts.hostname or "localhost", parts.port or DEFAULT_PORT), SECONDS)


def _answer(line: socket.socket) -> str:
    received = b""
    while b"\0" not in received and (piece := line.recv(4096)):
        received += piece
    return received.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _finding(answer: str) -> str:
    """`stream: OK` or `stream: NAME FOUND`; everything else is a failure."""
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerFailed(answer or "no answer")
