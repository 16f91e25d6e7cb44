"""
What an office reads regularly: reports as content, which ``reports.office`` lays out as files.
"""
