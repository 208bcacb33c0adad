"""What happens here when another body has spoken of a referral."""

from kim_bus.reaction import Reaction

from kim_referral.reactions.referral_answered import referral_answered
from kim_referral.reactions.referral_completed import referral_completed
from kim_referral.reactions.referral_offered import referral_offered
from kim_referral.reactions.referral_withdrawn import referral_withdrawn

REACTIONS = (
    Reaction("referral.offered.v1", referral_offered),
    Reaction("referral.withdrawn.v1", referral_withdrawn),
    Reaction("referral.answered.v1", referral_answered),
    Reaction("referral.completed.v1", referral_completed),
)
