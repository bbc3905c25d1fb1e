"""Owns the monthly assessment: schemes of points and deductions, a month's score, appeals, the sealed result.

Verbs: draft, describe, add, put, remove, discard, publish (schemes.py); draw (drawing.py); charge, withdraw, submit,
confirm (lifecycle.py); appeal, decide (appeals.py). It reads the figures through itsm.reports.readings.
"""
