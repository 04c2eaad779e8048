"""What a release brought, for those who read: which release tells of an item, and what may be said of it to whom."""
