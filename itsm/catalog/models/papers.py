"""A vendor's papers, contracts and contacts."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.accounts.reference import Reference
from itsm.catalog import expiry
from itsm.catalog.enums import PaperKind, Validity
from itsm.catalog.models.systems import System
from itsm.catalog.querying.papers import ContactQuerySet, PaperQuerySet
from itsm.choices import member


class Paper(Reference):
    """A paper of a vendor: authorisation, proof, licence, contract. Without a last day it is valid for good."""

    BLAMED: ClassVar[dict[str, str]] = {"paper_span": "expires_on", "paper_number": "number"}

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="papers", verbose_name=_("vendor"))
    kind = models.CharField(_("kind of paper"), max_length=14, choices=PaperKind)
    name = models.CharField(_("title"), max_length=120)
    initials = models.CharField(_("pinyin initials"), max_length=120, db_index=True, editable=False)
    number = models.CharField(_("paper number"), max_length=60, blank=True)
    system = models.ForeignKey(
        System,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        verbose_name=_("system"),
        help_text=_("Empty: the paper holds for all systems of the vendor."),
    )
    issued_on = models.DateField(_("valid from"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True, help_text=_("Empty: without end."))
    note = models.CharField(_("remark"), max_length=300, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("expires_on", "id")
        verbose_name = _("paper")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="paper_span",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.UniqueConstraint(
                fields=["vendor", "kind", "number"],
                condition=~Q(number=""),
                name="paper_number",
                violation_error_message=_("This vendor's paper with this number is there already."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_on"], name="paper_expiring", condition=Q(is_active=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The paper's page."""
        return reverse("catalog:paper_detail", args=[self.pk])

    @property
    def code(self) -> str:
        """What its page shows beside the title."""
        return self.number

    @property
    def kind_badge(self) -> PaperKind:
        """The kind with its colour and icon."""
        return member(PaperKind, self.kind)

    def validity(self, on: date) -> Validity:
        """Whether it is valid on that day, and whether it soon no longer is."""
        if on < self.issued_on:
            return Validity.FUTURE
        if self.expires_on is None:
            return Validity.VALID
        left = expiry.days_left(self.expires_on, on)
        return Validity.EXPIRED if left < 0 else Validity.SOON if left <= max(expiry.LEVELS) else Validity.VALID


class Contact(Reference):
    """Whom to call at a vendor, with or without an account here."""

    BLAMED: ClassVar[dict[str, str]] = {"contact_once": "phone"}

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="contacts", verbose_name=_("vendor"))
    name = models.CharField(_("name"), max_length=40)
    initials = models.CharField(_("pinyin initials"), max_length=40, db_index=True, editable=False)
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40)
    email = models.EmailField(_("e-mail"), blank=True)
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("system")
    )
    note = models.CharField(_("remark"), max_length=200, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("vendor", "name")
        verbose_name = _("vendor contact person")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "name", "phone"],
                name="contact_once",
                violation_error_message=_("This contact is there already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """What its page shows beside the name."""
        return self.duty
