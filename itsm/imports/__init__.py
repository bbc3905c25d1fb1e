"""Owns imports of workbooks: receive, check with a preview, apply all or the good rows, discard.

It may import accounts, catalog and audit; what can be imported is declared in their imports.py.
"""
