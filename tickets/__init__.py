"""Owns tickets of every kind: what was reported, who handles it, and how it ended.

Its verbs are named in `verbs.ACTS`, with those of `opening`, `conversation` and `alerts`.
It imports slas, the catalogue and the platform.
"""
