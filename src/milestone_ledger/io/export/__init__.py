"""
What goes out: a ledger as sheets that come back the same, and as columns for other engines.
"""

# An import spells what it would change as an export does, so each of the two needs modules of the other;
# whichever is asked for first, the modules of the intake come first.
import milestone_ledger.io.intake as _  # noqa: F401
