"""Owns the monthly report: drafted from the figures, written, sealed at submission, reviewed, approved, corrected.

Verbs: draft, redraw (drafting.py), write, submit, review, approve, return_, correct (lifecycle.py). It reads the
figures through itsm.reports.readings and writes reports, editions and seals only.
"""
