"""Sends the inside out: notices, rendering, delivery over SMTP. It decides nothing."""
