"""Intake (Erstberatung): consultations at shared sites, hand-overs under one roof, and proposals for case management."""
