"""
Reports as office files: workbooks and documents, the same bytes for the same content (extra ``excel``).
"""
