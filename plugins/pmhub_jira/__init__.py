"""The Jira connector: Cloud v3 and Data Center v2."""
