"""Tables of the outbox: messages, what they are announced to, and how people want to hear."""

from itsm.notifications.models.destinations import Destination
from itsm.notifications.models.messages import Announcement, Message
from itsm.notifications.models.preferences import Preference

__all__ = ["Announcement", "Destination", "Message", "Preference"]
