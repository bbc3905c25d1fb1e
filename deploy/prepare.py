"""Bring the database up to date in one process: migrate, dictionaries, and in a demo its tickets and people.

./desk up and docker-compose.yml run it before the services start. The demo's accounts come out on
standard output, everything else on standard error.
"""

import contextlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> None:
    """Each command does nothing when its work is done already; any error ends with its traceback."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    django.setup()
    with contextlib.redirect_stdout(sys.stderr):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("seed_demo" if settings.DEMO else "seed_dictionaries")
    if settings.DEMO:
        call_command("demo_accounts")


if __name__ == "__main__":
    main()
