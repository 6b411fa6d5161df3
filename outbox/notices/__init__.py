"""The mails that go out, one module each: a frozen context, and `letter(context) -> Letter`.

A notice words what it is told. It reads no database and decides nothing; times are given aware and shown in the
office's zone.
"""
