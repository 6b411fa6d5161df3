"""Brings the outside in: the mailbox and the guarded fetch of a foreign page. It decides nothing."""
