"""What ./desk does: set-up, embedded servers, the supervised group, the checks.

Nothing here imports Django; management commands run as processes of their own. The modules that
`launch` uses need the standard library alone, because they run before anything is installed.
"""
