"""Owns the API's front: addresses below /api/, access tokens, schema.

Each app answers for its own records in its api.py.
"""
