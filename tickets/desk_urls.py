"""Addresses of the desk's work around a ticket: relations, scope, urging, follow-up calls, alerts, letters."""

from django.urls import path

from itsm.pages import converters
from tickets import (
    alert_views,
    board,
    deadline_views,
    follow_up_views,
    outage_views,
    parked_views,
    public,
    relation_views,
    unmatched,
)
from tickets.mail import views as mail_views

__all__ = ["converters", "urlpatterns"]  # importing converters makes <number:> known


urlpatterns = [
    path("track/<str:token>/urge/", public.track_urge, name="track_urge"),
    path("tickets/merge/", relation_views.merge_many, name="merge_many"),
    *(path(f"tickets/<number:number>/{verb}/", view, name=verb) for verb, view in relation_views.VERBS.items()),
    path("tickets/board/", board.board, name="board"),
    path("tickets/unmatched/", unmatched.unmatched, name="unmatched"),
    path("tickets/recalculate/", deadline_views.recalculate, name="recalculate"),
    path("tickets/parked/", parked_views.parked, name="parked"),
    path("tickets/annulments/", deadline_views.annulments, name="annulments"),
    path("tickets/<number:number>/deadlines/", deadline_views.deadlines, name="deadlines"),
    *(path(f"tickets/<number:number>/{verb}/", view, name=verb) for verb, view in deadline_views.VERBS.items()),
    path("follow-ups/", follow_up_views.follow_up_list, name="follow_up_list"),
    path("follow-ups/rules/", follow_up_views.follow_up_rules_page, name="follow_up_rules"),
    path("follow-ups/rules/<int:rule>/", follow_up_views.follow_up_rule, name="follow_up_rule"),
    path("follow-ups/rules/<int:rule>/retire/", follow_up_views.follow_up_rule_retire, name="follow_up_rule_retire"),
    path("follow-ups/<number:follow_up>/", follow_up_views.follow_up, name="follow_up"),
    path("follow-ups/<number:follow_up>/attempt/", follow_up_views.follow_up_attempt, name="follow_up_attempt"),
    path("follow-ups/<number:follow_up>/give-up/", follow_up_views.follow_up_give_up, name="follow_up_give_up"),
    path("outages/", outage_views.outage_list, name="outage_list"),
    path("outages/new/", outage_views.outage_new, name="outage_new"),
    path("outages/<int:outage>/", outage_views.outage, name="outage"),
    path("outages/<int:outage>/reschedule/", outage_views.outage_reschedule, name="outage_reschedule"),
    path("outages/<int:outage>/cancel/", outage_views.outage_cancel, name="outage_cancel"),
    path("outages/<int:outage>/restore/", outage_views.outage_restore, name="outage_restore"),
    path("outages/<int:outage>/exclude/", outage_views.outage_exclude, name="outage_exclude"),
    path("letters/", mail_views.letter_list, name="letter_list"),
    path("letters/<int:letter>/", mail_views.letter, name="letter"),
    path("letters/<int:letter>/open/", mail_views.letter_open, name="letter_open"),
    path("letters/<int:letter>/file/", mail_views.letter_file, name="letter_file"),
    path("letters/<int:letter>/retry/", mail_views.letter_retry, name="letter_retry"),
    path("letters/<int:letter>/dismiss/", mail_views.letter_dismiss, name="letter_dismiss"),
    path("alert-sources/", alert_views.alert_source_list, name="alert_source_list"),
    path("alert-sources/<slug:slug>/", alert_views.alert_source, name="alert_source"),
    path("alert-sources/<slug:slug>/rotate/", alert_views.alert_source_rotate, name="alert_source_rotate"),
    path("hooks/alerts/<slug:source>/", alert_views.alert, name="alert"),
]
