"""
The bounds of a whole portfolio as one SQL statement.
"""
