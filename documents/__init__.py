"""Owns stored files: what may come in, where it lies, whether it is infected, how it goes out.

Its verbs are those of `storing` and `scanning`. It imports people, audit and pages; it knows no ticket.
"""
