"""Measures the product against the least honest Django code that does the same job: ./desk bench.

It is no part of the product and imports it from above, as the tests do.
"""
