"""Every statement tinbai sends to the database, one module a subject."""
