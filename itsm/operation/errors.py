"""What ends a backup, a drill or a restore."""


class Doubt(Exception):
    """Something is not as it must be; `str()` is the sentence that names it. Nothing is believed then."""
