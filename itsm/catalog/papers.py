"""原厂服务证明: which systems are covered by a valid paper of their original vendor on a day."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from itsm.catalog.enums import Compliance
from itsm.catalog.models import Paper, System


def _proofs(on: date) -> QuerySet[Paper]:
    """Papers of the system itself, or of its vendor for all its systems."""
    of_system = Q(system=OuterRef("pk")) | Q(system=None, vendor=OuterRef("vendor"))
    return Paper.objects.proofs(on).filter(of_system)


def with_proof(systems: QuerySet[System], on: date) -> QuerySet[System]:
    """The systems, each with `is_proven`: whether a valid authorisation or proof of service covers it."""
    return systems.annotate(is_proven=Exists(_proofs(on)))


def without_proof(on: date) -> QuerySet[System]:
    """不合规: maintained systems without a valid paper on that day."""
    return with_proof(System.objects.maintained(), on).filter(is_proven=False)


def verdict(system: System) -> Compliance:
    """Whether a valid paper covers this system of `with_proof`."""
    return Compliance.PROVEN if system.is_proven else Compliance.UNPROVEN


def compliance(system: System, on: date) -> Compliance:
    """Whether the system is covered by a valid paper on that day."""
    return verdict(with_proof(System.objects.filter(pk=system.pk), on).get())
