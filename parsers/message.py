"""A mail's bytes as values: headers, subject, bodies and attachments. mail-parser walks the MIME tree; headers are read by `parsers.headers`."""
