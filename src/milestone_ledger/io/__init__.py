"""
What comes in and goes out: the intake of a 台账, and exports.
"""
