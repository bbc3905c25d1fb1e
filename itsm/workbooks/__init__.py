"""Owns how workbooks are read and written: limits on what comes in, typed and inert cells in what goes out.

It imports nothing of ours but plain helpers.
"""
