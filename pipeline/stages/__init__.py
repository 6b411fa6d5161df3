"""The way of one mail, one file a stage: read the message, fetch a page, read the page."""
