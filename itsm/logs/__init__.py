"""Owns the log: what a line looks like, what it may say, and which request it belongs to.

It imports nothing of ours.
"""
