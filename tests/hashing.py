"""The product's hash of passwords with a single round: quick, and verified by a server with the usual settings too."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """What the product stores says how many rounds it took, so these passwords fit everywhere."""

    iterations = 1
