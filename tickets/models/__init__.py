"""The tables of the tickets, cut along their nouns."""

from tickets import records
from tickets.models.attachment import Attachment
from tickets.models.correction import Correction
from tickets.models.particulars import (
    Alert,
    Bug,
    Complaint,
    DataCorrection,
    Finding,
    PolicyInterface,
    Requirement,
    Signature,
)
from tickets.models.ticket import Comment, Ticket, new_token
from tickets.models.work import Check, RemoteLog

__all__ = [
    "Alert",
    "Attachment",
    "Bug",
    "Check",
    "Comment",
    "Complaint",
    "Correction",
    "DataCorrection",
    "Finding",
    "PolicyInterface",
    "RemoteLog",
    "Requirement",
    "Signature",
    "Ticket",
    "new_token",
    "records",  # Django finds the tables of records/ through here
]
