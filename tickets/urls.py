"""Addresses of the tickets: one per verb, one word from here to the rule."""

from django.urls import path

from itsm.pages import converters
from tickets import desk_urls, public, views
from tickets.verbs import VERBS

__all__ = ["converters"]  # importing it makes <number:> and <token:> known

app_name = "tickets"
urlpatterns = [
    path("report/", public.report, name="report"),
    path("report/<token:token>/", public.receipt, name="receipt"),
    path("track/<token:token>/", public.track, name="track"),
    path("track/<token:token>/confirm/", public.track_confirm, name="track_confirm"),
    path("track/<token:token>/reopen/", public.track_reopen, name="track_reopen"),
    path("track/<token:token>/reply/", public.track_reply, name="track_reply"),
    path("track/<token:token>/rate/", public.track_rate, name="track_rate"),
    *desk_urls.urlpatterns,
    path("tickets/", views.Queue.as_view(), name="queue"),
    path("tickets/mine/", views.mine, name="mine"),
    path("tickets/new/", views.new, name="new"),
    path("tickets/<number:number>/", views.detail, name="detail"),
    *(path(f"tickets/<number:number>/{verb}/", getattr(views, verb), name=verb) for verb in VERBS),
]
