"""What was promised, the clocks that measure it, and what is kept as evidence."""

from slas.models.agreement import PauseRule, Policy, Rung, Target
from slas.models.clocks import Clock, Pause
from slas.models.evidence import Annulment, Escalation, Evaluation

__all__ = ["Annulment", "Clock", "Escalation", "Evaluation", "Pause", "PauseRule", "Policy", "Rung", "Target"]
