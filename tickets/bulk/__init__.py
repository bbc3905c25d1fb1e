"""Fills a database with believable tickets at COPY speed, for load tests and benchmarks.

Its verb is `loading.load`. It goes past the verbs of tickets on purpose, and therefore writes what
they would have written: clocks, pauses, escalations, comments, audit events and number counters.
"""
