"""
Figures drawn from the fates of promises: pure functions, no database.
"""
