"""A folder of Markdown files for pmhub: the connector that needs no account."""
