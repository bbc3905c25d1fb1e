"""Owns the audit log: insert-only events, chained by hashes when their transaction commits.

Its verbs are `record` and `verify`. It imports accounts; every app above may call it.
"""
