"""Owns what the desk serves: hospital systems, modules, interfaces, fault categories, priorities.

Reference data that every app above points at. It imports accounts.
"""
