"""A whole company, driven at random on two storages at once and reckoned after in the plainest way.

`machine` is the state machine that `tests/property/test_company_machine.py` runs; `deep` runs it for as long as one likes.
"""
