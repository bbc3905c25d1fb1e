"""E-mail intake: a mailbox is read, a letter becomes a ticket, a reply, or waits for the desk's decision.

Its verbs are `take_in`, `settle`, `retry`, `open_by_hand`, `file_on` and `dismiss`. docs/mail.md says who may do
what by mail.
"""
