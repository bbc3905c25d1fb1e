"""The demo's people and who answers for which system."""

from django.conf import settings
from django.utils import timezone

from itsm.accounts.demo import CAST, PASSWORD
from itsm.accounts.initials import initials
from itsm.accounts.models import Department, User, Vendor
from itsm.catalog.models import System

MAIL_DOMAIN = "hospital.example"
OWNERS = {
    "machao": "EMR HIS NIS MDR AIMS ICU ERS MRMS PASS CA",
    "xuchangming": "LIS BIS PIS HDIS NICIS IDR CSSD TJ",
    "zhengkai": "SRP SSM QUE EBILL PAY MIS TERM",
    "linjing": "OA APT HR HRP SPD AES SMS WX IHP DRP SSO",
    "wudi": "UIS EIS PACS RIS ECG",
    "hejun": "ESB EMPI CDR ODR RDR DRG DC PIVAS",
}
BACKUPS = {
    "machao": "xuchangming",
    "xuchangming": "machao",
    "zhengkai": "linjing",
    "linjing": "zhengkai",
    "wudi": "hejun",
    "hejun": "wudi",
}


def seed_people() -> dict[str, User]:
    """Create the cast if missing and give every system its two owners; return people by work number."""
    departments = {department.code: department for department in Department.objects.all()}
    vendors = {vendor.code: vendor for vendor in Vendor.objects.all()}
    for person in CAST:
        if not User.objects.filter(work_number=person.work_number).exists():
            User.objects.create_user(
                person.work_number,
                PASSWORD,
                name=person.name,
                initials=initials(person.name, surname=True),
                job_title=person.job_title,
                phone=person.phone,
                email=f"{person.work_number}@{MAIL_DOMAIN}",
                roles=list(person.roles),
                department=departments[person.department],
                vendor=vendors.get(person.vendor),
                password_changed_at=timezone.now(),
                must_change_password=not settings.DEMO,
            )
    people = {user.work_number: user for user in User.objects.all()}
    _give_owners(people)
    return people


def _give_owners(people: dict[str, User]) -> None:
    owner_of = {code: name for name, codes in OWNERS.items() for code in codes.split()}
    systems = list(System.objects.filter(code__in=owner_of, primary_owner=None))
    for system in systems:
        name = owner_of[system.code]
        system.primary_owner, system.backup_owner = people[name], people[BACKUPS[name]]
        system.save()
