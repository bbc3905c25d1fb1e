"""Owns the running of the product: health, backup, restore drill, the nightly check of the audit log.

Part of the composition root: it looks at every room, and no room knows it.
"""
