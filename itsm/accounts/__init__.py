"""Owns people, departments, vendors, roles and sign-in.

Its verbs sign people in and out. It imports nothing of ours but plain helpers.
"""
