"""Owns idempotency keys: a form or call that is sent twice has one effect.

Its verbs are `claim` and `fulfil`. It imports nothing of ours but plain helpers.
"""
