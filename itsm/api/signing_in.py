"""How a program shows who it is: Authorization: Bearer <access token>."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from itsm.accounts.models import User
from itsm.api.models import AccessToken, digest_of

_NOTED_EVERY = timedelta(minutes=1)


class BearerToken(authentication.BaseAuthentication):
    """An access token; a wrong one is told like an expired or revoked one."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """The token's owner; None when the request carries no token at all."""
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = self._token(words[1] if len(words) == 2 else b"")
        now = timezone.now()
        if token is None or not token.is_valid(now) or not token.owner.may_sign_in(timezone.localdate(now)):
            raise exceptions.AuthenticationFailed(_("This access token is not valid."))
        if token.used_at is None or now - token.used_at > _NOTED_EVERY:
            AccessToken.objects.filter(pk=token.pk).update(used_at=now)
        return token.owner, token

    def _token(self, secret: bytes) -> AccessToken | None:
        digest = digest_of(secret.decode("ascii", "replace"))
        return AccessToken.objects.select_related("owner").filter(digest=digest).first()

    def authenticate_header(self, request: Request) -> str:
        """What a request without a token is asked for."""
        return self.keyword


class BearerScheme(OpenApiAuthenticationExtension):
    """The access token in the schema."""

    target_class = BearerToken
    name = "accessToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer"}
