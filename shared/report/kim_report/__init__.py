"""The progress report (Sachstandsbericht): composed from what the organisation's own services answer over HTTP.

It has no database. What it keeps are frozen reports: files that never change.
"""
