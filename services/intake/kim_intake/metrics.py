"""Every metric of intake, declared once. Counts of the whole house by kind; none by service, desk, hour or person: one service may be one
colleague.
"""

from prometheus_client import Counter

CONSULTATIONS = Counter("kim_intake_consultations", "Consultations recorded", ["kind"])
CORRECTIONS = Counter("kim_intake_corrections", "Consultations corrected after their day", ["reason"])
HAND_OVERS = Counter("kim_intake_hand_overs", "Hand-overs under one roof", ["way"])
PROPOSALS = Counter("kim_intake_proposals", "Admissions proposed to case management")
