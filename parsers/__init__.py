"""Bytes to values, pure: no module here opens a socket, a file or a table."""
