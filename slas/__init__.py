"""Owns what was promised and whether it was kept: targets, clocks, pauses, escalations.

Its verbs are those of `clocks` and the sweep. It imports the catalogue; it knows no ticket.
"""
