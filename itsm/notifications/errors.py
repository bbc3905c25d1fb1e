"""Why a message was not delivered."""


class NotDelivered(Exception):
    """The other side did not take it; `str()` is a sentence without any part of an address or a secret.

    is_away: it is not about this message; nothing else need be tried there just now.
    """

    def __init__(self, sentence: str, *, is_away: bool = False) -> None:
        self.is_away = is_away
        super().__init__(sentence)
