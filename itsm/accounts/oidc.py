"""Signing in at the hospital's own OpenID Connect provider, over django-allauth.

The provider names a work number; accounts are only ever opened here, by the system administrator.
"""

from datetime import datetime
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from requests import RequestException

from itsm.accounts.events import AccountActed
from itsm.accounts.models import User
from itsm.events import publish

OUTAGES = (RequestException, OAuth2Error)
_FAULTS = (*OUTAGES, ProviderException, PermissionDenied, jwt.PyJWTError, KeyError, ValueError)


class Adapter(OpenIDConnectOAuth2Adapter):
    """Answers at our own address, and checks the signature of the identity even when it came directly."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Where the provider sends the person back to."""
        return request.build_absolute_uri(reverse("accounts:oidc_callback"))

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


class Provider(OpenIDConnectProvider):
    """The one provider of the settings."""

    oauth2_adapter_class = Adapter


def is_on() -> bool:
    """Whether the installation names a provider."""
    return bool(settings.OIDC_URL)


def _provider(request: HttpRequest) -> Provider:
    return Provider(request, app=get_adapter().get_app(request, provider="oidc"))


def begin(request: HttpRequest, next_url: str) -> HttpResponse:
    """The redirect to the provider, with state and PKCE kept in the session. Raises one of OUTAGES."""
    return _provider(request).redirect(request, process="login", next_url=_safe(request, next_url))


def finish(request: HttpRequest, *, at: datetime) -> tuple[User, str] | None:
    """The person whom the provider names and where to go on, or None; a refusal is written down."""
    provider = _provider(request)
    state = statekit.unstash_state(request, state_id=request.GET.get("state", ""), provider_id=provider.sub_id)
    try:
        number = _work_number(request, provider, state) if state and "code" in request.GET else ""
    except _FAULTS:
        number = ""
    person = User.objects.open(timezone.localdate(at)).filter(work_number=number).first() if number else None
    if person is None:
        publish(AccountActed("sign_in", None, None, at, f"{number[:2]}…", refused=True, detail={"factor": "oidc"}))
        return None
    return person, _safe(request, (state or {}).get("next") or "")


def _work_number(request: HttpRequest, provider: Provider, state: dict[str, Any]) -> str:
    adapter = provider.get_oauth2_adapter(request)
    client = adapter.get_client(request, provider.app)
    verifier = state.get("pkce_code_verifier")
    granted = adapter.get_access_token_data(request, provider.app, client, pkce_code_verifier=verifier)
    token = adapter.parse_token(granted)
    account = adapter.complete_login(request, provider.app, token, response=granted).account
    told, proved = account.extra_data.get("userinfo", {}), account.extra_data["id_token"]
    if told.get("sub", proved["sub"]) != proved["sub"]:
        raise PermissionDenied
    return account.uid


def _safe(request: HttpRequest, next_url: str) -> str:
    inside = url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure())
    return next_url if inside else ""
