"""What belongs to a person or a talk, for an auditor who looks for either: `Doors.parts` of intake."""

from __future__ import annotations

from typing import Final

from kim_referral import doors as referral
from kim_web.doors import Part

from kim_intake.model.consultation import Consultation, ConsultationCorrection
from kim_intake.model.hand_over import HandOver
from kim_intake.model.proposal import AdmissionProposal
from kim_intake.pages.entry_kinds import ENTRY_KINDS

_HAND_OVER = ("hand_overs:{id}", "hand_over:{id}", "hand_over_answer:{id}")

NUMBERED: Final = (AdmissionProposal.case_number, *referral.NUMBERED)
PARTS: Final = (
    Part(Consultation.client_id, Consultation.id, ("consultation:{id}", "consultations:{id}", "protection:{id}")),
    Part(ConsultationCorrection.consultation_id, ConsultationCorrection.id, ("correction:{id}",)),
    Part(HandOver.consultation_id, HandOver.id, _HAND_OVER),
    Part(HandOver.taken_consultation_id, HandOver.id, _HAND_OVER),
    Part(HandOver.client_id, HandOver.id, _HAND_OVER),
    Part(AdmissionProposal.client_id, AdmissionProposal.id, ("proposals:{id}", "proposal:{id}")),
    Part.of_entered(ENTRY_KINDS),
    *referral.PARTS,
)
