"""Refusals with a sentence fit for the person who reads it; pages and API map them to a status."""

from collections.abc import Mapping


class RuleBroken(Exception):
    """A domain rule said no. `str()` is the sentence to show; nothing was written.

    heading: of its page, where the one of its status says something else.
    """

    status = 422
    heading: object = ""


class FieldsRefused(RuleBroken):
    """Values that cannot be saved: `errors` has the sentences by column, "" for the record as a whole."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(sentence for sentences in self.errors.values() for sentence in sentences))


class NotAllowed(RuleBroken):
    """This person may not do this."""

    status = 403


class TransitionRefused(RuleBroken):
    """The record's state does not allow this now."""

    status = 409


class Conflict(RuleBroken):
    """Somebody else changed the record meanwhile, or a key was used for something else."""

    status = 409


class TooMany(RuleBroken):
    """Too many requests from one place in a short time. seconds: when to try again."""

    status = 429

    def __init__(self, sentence: str, *, seconds: int = 60) -> None:
        super().__init__(sentence)
        self.seconds = seconds
