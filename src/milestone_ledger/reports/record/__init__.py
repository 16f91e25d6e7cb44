"""
What the record says, as reports: figures, comparisons and warnings.
"""
