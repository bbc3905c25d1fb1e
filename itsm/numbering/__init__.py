"""Owns the gap-free numbers that records carry: GD20261014-0007.

Its verb is `take`. It imports nothing of ours.
"""
