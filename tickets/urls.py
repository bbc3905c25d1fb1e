"""Addresses of the tickets: one per verb, one word from here to the rule."""

from django.urls import path

from itsm.pages import converters
from tickets import desk_urls, files, public, views
from tickets.verbs import VERBS

__all__ = ["converters"]  # importing it makes <number:> known

app_name = "tickets"
urlpatterns = [
    path("report/", public.report, name="report"),
    path("report/<str:token>/", public.receipt, name="receipt"),
    path("track/<str:token>/", public.track, name="track"),
    path("track/<str:token>/confirm/", public.track_confirm, name="track_confirm"),
    path("track/<str:token>/reopen/", public.track_reopen, name="track_reopen"),
    path("track/<str:token>/reply/", public.track_reply, name="track_reply"),
    path("track/<str:token>/rate/", public.track_rate, name="track_rate"),
    path("track/<str:token>/files/<uuid:uuid>/", files.track_file, name="track_file"),
    path("track/<str:token>/files/<uuid:uuid>/preview/", files.track_preview, name="track_preview"),
    *desk_urls.urlpatterns,
    path("tickets/", views.Queue.as_view(), name="queue"),
    path("tickets/mine/", views.mine, name="mine"),
    path("tickets/new/", views.new, name="new"),
    path("tickets/<number:number>/", views.detail, name="detail"),
    path("tickets/<number:number>/attach/", files.attach, name="attach"),
    path("tickets/<number:number>/files/<uuid:uuid>/", files.file, name="file"),
    path("tickets/<number:number>/files/<uuid:uuid>/preview/", files.preview, name="preview"),
    path("tickets/<number:number>/files/<uuid:uuid>/withdraw/", files.withdraw, name="withdraw"),
    *(path(f"tickets/<number:number>/{verb}/", getattr(views, verb), name=verb) for verb in VERBS),
]
