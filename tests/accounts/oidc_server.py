"""An OpenID Connect provider of our own on a free port, which lets exactly one person in."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, CODE = "desk", "a-secret-of-the-desk", "one-code"


class Provider:
    """What the provider says; tests change it to lie."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.address = ""
        self.claims: dict[str, Any] = {"sub": "17", "preferred_username": "machao"}
        self.told: dict[str, Any] = dict(self.claims)
        self.audience = CLIENT
        self.challenge = ""
        self.asked: list[str] = []

    def answer(self, path: str, body: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Status and JSON of one address."""
        self.asked.append(path)
        found = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._keys,
            "/userinfo": lambda: self.told,
            "/token": lambda: self._token(body),
        }[path]()
        return (400, {"error": "invalid_grant"}) if found is None else (200, found)

    def _configuration(self) -> dict[str, Any]:
        places = {"authorization": "/authorize", "token": "/token", "userinfo": "/userinfo"}
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            **{f"{name}_endpoint": self.address + path for name, path in places.items()},
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def _token(self, body: dict[str, list[str]]) -> dict[str, Any] | None:
        sent = {name: values[0] for name, values in body.items()}
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        right = (CODE, CLIENT, SECRET, self.challenge)
        if (sent.get("code"), sent.get("client_id"), sent.get("client_secret"), proof.decode().rstrip("=")) != right:
            return None
        now = int(time.time())
        claims = {**self.claims, "iss": self.address, "aud": self.audience, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, self.signing_key, algorithm="RS256", headers={"kid": "k1"})
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token}


@contextmanager
def serving() -> Iterator[Provider]:
    """The provider, answering while the block runs."""
    provider = Provider()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            self._send(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def _send(self, body: dict[str, list[str]]) -> None:
            status, found = provider.answer(self.path.partition("?")[0], body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *arguments: object) -> None:
            """Keep the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
