"""What was promised, the clocks that measure it, and what is kept as evidence."""

from slas.models.agreement import PauseRule, Policy, Rung, Target
from slas.models.clocks import Clock, Pause
from slas.models.evidence import Annulment, Escalation, Evaluation
from slas.models.outages import Outage

__all__ = ["Annulment", "Clock", "Escalation", "Evaluation", "Outage", "Pause", "PauseRule", "Policy", "Rung", "Target"]
