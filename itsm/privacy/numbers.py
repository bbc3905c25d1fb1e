"""PURE: whether a found row of characters is what it looks like. static/js/privacy.js says the same."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
IMEI = "35"


def bare(value: str) -> str:
    """Only the digits and a closing X."""
    return "".join(one for one in value.upper() if one in "0123456789X")


def is_identity(value: str) -> bool:
    """ISO 7064 MOD 11-2 over the 17 digits of a citizen's number; its 18th character may be X."""
    text = bare(value)
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11] == text[17]


def passes_luhn(value: str) -> bool:
    """The check digit of bank cards and of the serial numbers of telephones."""
    total = 0
    for place, digit in enumerate(reversed(bare(value))):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_old_identity(value: str) -> bool:
    """The 15-digit number has no check digit; a telephone's serial number is told apart by having one."""
    return not (value.startswith(IMEI) and passes_luhn(value))


def is_unbroken(value: str) -> bool:
    """A number may be broken over two lines; more lines are a list of short numbers."""
    return value.count("\n") <= 1


CHECKS = {
    "identity": is_identity,
    "old_identity": is_old_identity,
    "luhn": passes_luhn,
    "unbroken": is_unbroken,
}
