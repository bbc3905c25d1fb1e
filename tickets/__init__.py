"""Owns incidents: what was reported, who handles it, and how it ended.

Its verbs are those of `lifecycle` and `conversation`. It imports slas, the catalogue and the platform.
"""
