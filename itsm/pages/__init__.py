"""Owns how pages answer: fragments for HTMX, redirects without it, keyset paging, component tags.

It imports nothing of ours but plain helpers.
"""
