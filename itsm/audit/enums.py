"""Words of the audit log."""

from django.utils.translation import gettext_lazy as _

from itsm.choices import TextBadges


class Outcome(TextBadges):
    """Whether the act was done or refused."""

    DONE = "done", "green", "circle-check", _("Done")
    REFUSED = "refused", "red", "ban", _("Refused")
