"""Finds what identifies a patient in free text, and masks it. It imports nothing of ours.

Everybody calls `masked(value)`; it takes texts, and lists and dicts of them. Storing stays as it is:
what is shown, told, exported or logged is masked.
"""

from itsm.privacy.guard import MASKED, found_kinds, is_marked, masked, masked_contact, masked_name, scan_name

__all__ = ["MASKED", "found_kinds", "is_marked", "masked", "masked_contact", "masked_name", "scan_name"]
