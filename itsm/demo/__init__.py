"""Owns the demo hospital: its cast, its stories and two months of tickets, made through the verbs.

It stands on top of everything and is used by `manage.py seed_demo` alone.
"""
