"""Owns files that are made in the background: ordered, made by a worker, taken by whoever ordered them, removed.

Verbs: request, cancel, take, expire (jobs.py). It may import documents, notifications, audit and accounts; what
can be ordered is declared by the rooms above and named under EXPORTS in itsm/wiring.py.
"""
