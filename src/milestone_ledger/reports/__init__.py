"""
What people read: labels, tables and texts in Chinese and English.
"""
