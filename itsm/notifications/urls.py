"""Addresses of the inbox, of what leaves the house, and of the groups that are told."""

from django.urls import path

from itsm.notifications import announcement_views, destination_views, outgoing_views, views
from itsm.notifications.register import DESTINATIONS

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.Inbox.as_view(), name="inbox"),
    path("inbox/read-all/", views.read_all, name="read_all"),
    path("inbox/<int:pk>/read/", views.read, name="read"),
    path("inbox/preferences/", views.choose, name="choose"),
    path("outbox/", outgoing_views.outgoing, name="outgoing"),
    path("outbox/resend/", outgoing_views.resend_many, name="resend_many"),
    path("outbox/give-up/", outgoing_views.give_up_many, name="give_up_many"),
    path("outbox/<int:message>/resend/", outgoing_views.resend, name="resend"),
    path("outbox/<int:message>/give-up/", outgoing_views.give_up, name="give_up"),
    path("outbox/group-notices/", announcement_views.announcements, name="announcements"),
    path("outbox/group-notices/<uuid:announcement>/copied/", announcement_views.mark_copied, name="mark_copied"),
    *DESTINATIONS.urls(),
    path("outbox/groups/<int:destination>/test/", destination_views.test, name="destination_test"),
    path("outbox/groups/<int:destination>/rotate/", destination_views.rotate, name="destination_rotate"),
    path(
        "outbox/groups/<int:destination>/remove-secret/",
        destination_views.remove_secret,
        name="destination_remove_secret",
    ),
]
