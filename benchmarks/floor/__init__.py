"""The floor: the least Django code that shows the same rows of the same tables to a signed-in person.

No rights, no counters, no audit, no design. What the product costs above it is what it does more.
"""
