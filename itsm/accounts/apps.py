"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, departments, vendors and roles."""

    name = "itsm.accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Note in every new session when it began, however it was begun."""
        from django.contrib.auth.signals import user_logged_in

        from itsm.accounts.sessions import stamp

        user_logged_in.connect(stamp, dispatch_uid="itsm.accounts.stamp")
