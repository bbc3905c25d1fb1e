"""Owns messages to people: the outbox and the in-app inbox.

Its verbs are `send`, `acknowledge`, `read` and `read_all`. It imports accounts.
"""
