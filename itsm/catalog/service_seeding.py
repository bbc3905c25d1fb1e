"""The service items that a new installation starts with: drafts, which the hospital reads and publishes."""

from datetime import datetime

from django.db import transaction

from itsm.catalog import seeding, services
from itsm.catalog.models import ServiceItem


@transaction.atomic
def seed(*, at: datetime) -> int:
    """Draft the items whose codes are not there yet; return how many. What was edited or withdrawn stays so."""
    kept = set(ServiceItem.objects.values_list("code", flat=True))
    missing = [row for row in seeding.read("services") if row["code"] not in kept]
    for row in missing:
        words = {name: row[name] for name in services.WORDS}
        services.create(by=None, at=at, code=row["code"], root=row["root"], words=words)
    return len(missing)
