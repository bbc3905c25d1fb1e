"""Owns the figures that the service is paid by: what is counted, over which days, for whom.

It reads every app below and writes only its own stored readings, by `daily.recount` and `daily.catch_up`.
"""
