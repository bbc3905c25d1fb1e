"""Refusals of files. Each names the file, for a person who has sent several at once."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.errors import RuleBroken
from itsm.privacy import masked_name


class FileRefused(RuleBroken):
    """The file does not come in. `str()` is the sentence with the file's name."""

    def __init__(self, reason: str, name: str = "") -> None:
        self.reason, self.name = reason, name
        super().__init__(reason)

    def __str__(self) -> str:
        return (
            _("“%(name)s”: %(reason)s") % {"name": masked_name(self.name), "reason": self.reason}
            if self.name
            else self.reason
        )


class FileUnavailable(RuleBroken):
    """The file is known, but must or can not be handed out now."""

    status = 409
    heading = gettext_lazy("This file cannot be had")
