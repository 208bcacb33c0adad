"""What is entered at the desk where no row says who entered it: kinds of `kim_runtime.entered`."""

from __future__ import annotations

from typing import Final

EDITED: Final = "consultation_edited"
LINKED: Final = "consultation_linked"
NAMED: Final = "client_named"
PROPOSAL_WITHDRAWN: Final = "proposal_withdrawn"
BODY_STATE: Final = "body_state"
