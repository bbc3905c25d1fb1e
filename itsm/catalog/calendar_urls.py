"""Addresses of calendars beside their register, and of the official tables."""

from django.urls import path

from itsm.catalog import calendar_views, holiday_views

urlpatterns = [
    path("calendars/<int:calendar>/hours/", calendar_views.draft, name="calendar_draft"),
    path("calendars/<int:calendar>/publish/", calendar_views.publish, name="calendar_publish"),
    path("calendars/<int:calendar>/discard/", calendar_views.discard, name="calendar_discard"),
    path("holidays/", holiday_views.holiday_list, name="holiday_list"),
    path("holidays/enter/", holiday_views.holiday_enter, name="holiday_enter"),
    path("holidays/blank.xlsx", holiday_views.holiday_blank, name="holiday_blank"),
    path("holidays/<int:holiday>/", holiday_views.holiday, name="holiday"),
    path("holidays/<int:holiday>/unlock/", holiday_views.holiday_unlock, name="holiday_unlock"),
]
