"""The verbs of access tokens: make, revoke."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.api.models import AccessToken, digest_of
from itsm.audit import log
from itsm.errors import RuleBroken

PREFIX = "itsm_"
MOST = 20


@transaction.atomic
def make(owner: User, *, at: datetime, name: str, days: int) -> tuple[AccessToken, str]:
    """A token of that person for `days` days; return it with its secret, which is told only once.

    Raises RuleBroken beyond the longest life or the most that a person may have.
    """
    if not 1 <= days <= settings.API_TOKEN_DAYS:
        raise RuleBroken(_("A token lives 1 to %(days)s days.") % {"days": settings.API_TOKEN_DAYS})
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if owner.access_tokens.filter(revoked_at=None, expires_at__gt=at).count() >= MOST:
        raise RuleBroken(_("You have %(count)s tokens; revoke one first.") % {"count": MOST})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        owner=owner,
        name=name,
        mark=secret[:12],
        digest=digest_of(secret),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    log.record("api.make_token", token, by=owner, at=at, label=str(token)[:80], detail={"days": days})
    return token, secret


@transaction.atomic
def revoke(token: AccessToken, *, by: User, at: datetime) -> AccessToken:
    """The token opens nothing from the next request on; revoking twice is once."""
    token = AccessToken.objects.select_for_update(no_key=True).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        log.record("api.revoke_token", token, by=by, at=at, label=str(token)[:80])
    return token
