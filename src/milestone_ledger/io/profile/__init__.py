"""
A district's own one-sheet table, read as it is: by a profile that a person has looked through.

.. code-block:: text

    Grid ──look──> Look ──propose──> Profile (TOML) ──a person──> Profile ──convert──> Tables
"""

from milestone_ledger.io.profile.convert import Conversion, Use, convert
from milestone_ledger.io.profile.look import Look, look
from milestone_ledger.io.profile.profile import Profile, parse_profile, read_profile
from milestone_ledger.io.profile.propose import Proposal, propose
from milestone_ledger.io.profile.questions import Question
from milestone_ledger.io.profile.toml import profile_toml

__all__ = [
    "Conversion",
    "Look",
    "Profile",
    "Proposal",
    "Question",
    "Use",
    "convert",
    "look",
    "parse_profile",
    "profile_toml",
    "propose",
    "read_profile",
]
