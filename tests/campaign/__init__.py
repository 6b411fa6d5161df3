"""Long trials of the whole office: killed at every commit and every call of a protocol, and behind a bad network.

`python -m tests.campaign kill` and `python -m tests.campaign faults`; a short version of both is part of the tests.
"""
