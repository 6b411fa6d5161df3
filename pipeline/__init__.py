"""Decides: what a mail is, what a story goes through, what the board and the calendar ask for."""
