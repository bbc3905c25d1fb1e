"""What django-allauth asks us about second factors: how their secrets are kept."""

from allauth.mfa.adapter import DefaultMFAAdapter

from itsm import sealing

_PURPOSE = b"second factor"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with a key derived from SECRET_KEY, so a copy of the database opens nothing."""

    def encrypt(self, text: str) -> str:
        """The secret as it stands in the database."""
        return sealing.seal(text, purpose=_PURPOSE).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself. Raises InvalidToken after SECRET_KEY was exchanged."""
        return sealing.unseal(encrypted_text, purpose=_PURPOSE)
