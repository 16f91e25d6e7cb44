"""
Measures this library beside floors and peers, in one run on one machine; see ``bench/README.md``.
"""
