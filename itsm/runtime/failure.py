"""The one error of the launcher: a sentence for the person at the terminal, and no traceback."""


class Failure(Exception):  # noqa: N818  it is no defect
    """Something the person can put right; its text says what and how."""
