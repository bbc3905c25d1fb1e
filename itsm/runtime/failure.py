"""The one error of the launcher: a sentence for the person at the terminal, and no traceback."""


class Failure(Exception):
    """Something the person can put right; its text says what and how."""
