"""
One self-contained page: the state of every project and promise on any day, with the statements behind it.
"""
