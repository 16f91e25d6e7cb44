"""
The meaning of a ledger, as pure code: attrs and the standard library only.
"""
