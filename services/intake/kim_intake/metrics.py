"""Every metric of intake, declared once. Counts of things by kind; none by desk, hour or person, which would measure people's work."""

from prometheus_client import Counter

CONSULTATIONS = Counter("kim_intake_consultations", "Consultations recorded", ["counselling", "kind"])
CORRECTIONS = Counter("kim_intake_corrections", "Consultations corrected after their day", ["reason"])
HAND_OVERS = Counter("kim_intake_hand_overs", "Hand-overs under one roof", ["counselling", "way"])
PROPOSALS = Counter("kim_intake_proposals", "Admissions proposed to case management")
