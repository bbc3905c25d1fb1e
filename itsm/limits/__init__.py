"""Owns how much one place may send in a while: token buckets in PostgreSQL.

Its verbs are `take` and `spent`. It imports nothing of ours but plain helpers.
"""
