"""Redmine for pmhub."""
