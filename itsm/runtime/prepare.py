"""Bring the database up to date in one process: migrate, dictionaries, demo, sign-in names.

Run as `python -m itsm.runtime.prepare` by the services' account. The accounts come out on standard
output, everything else on standard error.
"""

import contextlib
import os
import sys


def main() -> None:
    """Each command does nothing when its work is done already; any error ends with its traceback."""
    from django import setup
    from django.conf import settings
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    setup()
    with contextlib.redirect_stdout(sys.stderr):
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
        call_command("seed_dictionaries", stdout=sys.stderr)
        if settings.DEMO:
            call_command("seed_demo", stdout=sys.stderr)
    if settings.DEMO:
        call_command("demo_accounts", stdout=sys.stdout)


if __name__ == "__main__":
    main()
