"""What django-allauth asks us about second factors: how their secrets are kept."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


def _box() -> Fernet:
    key = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with a key derived from SECRET_KEY, so a copy of the database opens nothing."""

    def encrypt(self, text: str) -> str:
        """The secret as it stands in the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself. Raises InvalidToken after SECRET_KEY was exchanged."""
        return _box().decrypt(encrypted_text.encode()).decode()
