"""The dashboards: the manager's cockpit, the desk lead's, the engineer's and the executive's, of the same tiles.

Every number of a tile is a figure of the reports or a cohort of cohorts.py, and opens the list that it counts.
"""
