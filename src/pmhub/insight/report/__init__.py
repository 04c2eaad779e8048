"""The report: one page that shows how everything stands, for people who would rather look than read."""

from pmhub.insight.report.page import Window, made_at, report

__all__ = ["Window", "made_at", "report"]
