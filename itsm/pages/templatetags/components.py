"""Template tags of the design system: cached and cheap, since a list calls them for every row."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from itsm.pages import clock_faces
from itsm.pages.lengths import MINUTE, spell

register = template.Library()

TITLES = ("医生", "护士", "护士长", "主任", "老师", "技师", "药师", "会计", "秘书", "科长", "医师")
POSTS = ("站", "室", "台", "科", "部", "窗口", "人员", "管理员", "监控")  # no person's name: its head tells them apart
_UNTOUCHED: dict[tuple[type, str, str, bool, Enum | None, str | None], SafeString] = {}


@cache
def _icon(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite; decoration only, so the text beside it must say the same."""
    return _icon(str(name))


@cache
def _badge(language: str | None, kind: type, member: Any) -> SafeString:
    return format_html('<span class="badge-c c-{}">{}{}</span>', member.colour, _icon(member.icon), member.label)


@register.simple_tag
def badge(member: Any) -> SafeString | str:
    """A choice as icon and word; built once per member and language."""
    return _badge(get_language(), member.__class__, member) if member else ""


@cache
def _badge_short(language: str | None, kind: type, member: Any) -> SafeString:
    return format_html(
        '<span class="badge-c c-{}" title="{}">{}{}</span>',
        member.colour,
        member.label,
        _icon(member.icon),
        member.value,
    )


@register.simple_tag
def badge_short(member: Any) -> SafeString | str:
    """A choice as icon and stored value, for narrow columns: P2 instead of P2 Urgent."""
    return _badge_short(get_language(), member.__class__, member) if member else ""


@register.simple_tag
def duration(seconds: float | None) -> str:
    """A length of time for people, or a dash."""
    return "—" if seconds is None else spell(seconds)


@register.simple_tag
def work_duration(seconds: float | None, calendar: Any) -> str:
    """A length of a calendar's time: in hours, unless it counts round the clock (no calendar)."""
    return "—" if seconds is None else spell(seconds, days=not calendar)


@register.simple_tag
def clock_pill(clock: Any, now: datetime) -> SafeString | str:
    """What is left of a promise, in words and an icon; countdown.js keeps a running one up to date."""
    if clock is None:
        return ""
    face = clock_faces.face(clock, now)
    counting = _counting(face, now) if face.left is not None and not face.is_closed else ""
    aside = f'<span class="visually-hidden">{_outside(get_language())}</span>' if face.is_closed else ""
    # Only our own words and numbers; a list makes it for every row.
    pill = f'<span class="clock is-{face.tone}"{counting}>{_icon(face.icon)}<span>{face.words}</span>{aside}</span>'
    return mark_safe(pill)  # noqa: S308


def _counting(face: clock_faces.Face, now: datetime) -> str:
    """When it would run out if the window stayed open, and when the window closes, in epoch seconds."""
    until = f' data-until="{int(face.until.timestamp())}" data-hours' if face.until else ""
    return f' data-due="{int(now.timestamp()) + face.left}"{until}'


@cache
def _outside(language: str | None) -> str:
    return conditional_escape(gettext("Outside working hours"))


def _near(local: datetime, here: datetime) -> str:
    """A moment as short as it stays clear: 09:12, yesterday 09:12, 10-14 09:12, 2025-10-14."""
    days = (here.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return gettext("yesterday {time}").format(time=f"{local:%H:%M}")
    return f"{local:%m-%d %H:%M}" if local.year == here.year else f"{local:%Y-%m-%d}"


@register.simple_tag
def ago(moment: datetime | None, now: datetime) -> SafeString | str:
    """When it was: minutes for the last hour, else the clock time; the full moment is the tooltip."""
    if moment is None:
        return "—"
    zone = timezone.get_current_timezone()
    local = moment.astimezone(zone)
    passed = now - moment
    if timedelta(0) <= passed < timedelta(minutes=1):
        words = gettext("just now")
    elif timedelta(0) < passed < timedelta(hours=1):
        minutes = int(passed.total_seconds() // MINUTE)
        words = ngettext("{minutes} min ago", "{minutes} min ago", minutes).format(minutes=minutes)
    else:
        words = _near(local, now.astimezone(zone))
    full = f"{local:%Y-%m-%d %H:%M}"
    return mark_safe(f'<time datetime="{local:%Y-%m-%dT%H:%M%z}" title="{full}">{words}</time>')  # noqa: S308  likewise


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """The full moment, to the minute."""
    if at is None:
        return "—"
    local = at.astimezone(timezone.get_current_timezone())
    return format_html('<time datetime="{}">{}</time>', f"{local:%Y-%m-%dT%H:%M%z}", f"{local:%Y-%m-%d %H:%M}")


@register.simple_tag
def query_url(request: HttpRequest, **changes: Any) -> str:
    """This page's address with some query parameters set, or dropped where the value is empty."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def initials(name: str, other: bool = False) -> SafeString:
    """The round face of a person: the last two characters of a Chinese name, the first two of a post's."""
    name = str(name or "").strip()
    if name.isascii():
        short = name[:2].upper()
    elif name.endswith(POSTS):
        short = name[:2]
    else:
        short = name[:1] if name.endswith(TITLES) else name[-2:]
    return format_html('<span class="face{}" aria-hidden="true">{}</span>', " is-other" if other else "", short or "·")


def _is_of_this_form(bound: BoundField) -> bool:
    """Whether its choices come from the database, or this one form was given other words or choices for it."""
    field, declared = bound.field, bound.form.base_fields.get(bound.name)
    if declared is None or hasattr(field, "queryset"):
        return True
    told = field.label is declared.label and field.help_text is declared.help_text
    asked = (field.required, field.disabled, field.widget.attrs, type(field.widget), field.initial)
    declares = (declared.required, declared.disabled, declared.widget.attrs, type(declared.widget), declared.initial)
    same = told and asked == declares and getattr(field, "choices", None) == getattr(declared, "choices", None)
    return not same or callable(field.initial)


@register.simple_tag
def field(bound: BoundField | str | None) -> SafeString | str:
    """Label, control, help and errors of a form field; nothing when the form has no such field.

    What looks the same on every page is kept: a field that is as its form declares it, empty or with a member of an
    enumeration in it.
    """
    if not isinstance(bound, BoundField):
        return ""
    form, begins = bound.form, bound.form.initial.get(bound.name)
    if form.is_bound or not (begins is None or isinstance(begins, Enum)) or _is_of_this_form(bound):
        return bound.as_field_group()
    key = (type(form), form.auto_id, bound.html_name, form.use_required_attribute, begins, get_language())
    if key not in _UNTOUCHED:
        _UNTOUCHED[key] = bound.as_field_group()
    return _UNTOUCHED[key]


@register.simple_tag
def options(groups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select. Joined here: two includes per option would cost more than the page."""
    parts = []
    for group, choices, _index in groups:
        inner = "".join(_option(choice) for choice in choices)
        parts.append(f'<optgroup label="{conditional_escape(group)}">{inner}</optgroup>' if group else inner)
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above and in _option


def _option(choice: dict[str, Any]) -> str:
    extra = "".join(
        f" {key}" if value is True else f' {key}="{conditional_escape(value)}"'
        for key, value in choice["attrs"].items()
        if value is not False and value is not None
    )
    label = choice["label"]
    if choice["value"] == "" and str(label).startswith("---"):
        label = gettext("Choose")
    return f'<option value="{conditional_escape(choice["value"])}"{extra}>{conditional_escape(label)}</option>'


@register.simple_tag
def sort_link(sort: Any, label: str) -> SafeString | str:
    """A column's heading, as a link where the column can be sorted."""
    if not sort:
        return label
    arrow = {"ascending": "chevron-up", "descending": "chevron-down"}.get(sort["direction"])
    return format_html('<a href="{}">{}{}</a>', sort["url"], label, _icon(arrow) if arrow else "")


@register.simple_tag
def sort_state(sort: Any) -> SafeString | str:
    """What a screen reader says about a sorted column."""
    return format_html(' aria-sort="{}"', sort["direction"]) if sort and sort["direction"] else ""


@register.simple_tag
def stars_shown(rating: int) -> SafeString:
    """A given rating; the number stands beside it for those who do not see the stars."""
    stars = format_html_join("", "{}", ((_icon("star-filled" if n < rating else "star"),) for n in range(5)))
    label = ngettext("{n} star", "{n} stars", rating).format(n=rating)
    return format_html('<span class="stars-shown" role="img" aria-label="{}">{}</span>', label, stars)


@cache
def _script_words(language: str | None) -> SafeString:
    return json_script(
        {
            "left": gettext("{time} left"),
            "overdue": gettext("Overdue {time}"),
            "minutes": gettext("{minutes} min"),
            "hours": gettext("{hours} h"),
            "hoursMinutes": gettext("{hours} h {minutes} min"),
            "days": gettext("{days} d"),
            "daysHours": gettext("{days} d {hours} h"),
            "outside": gettext("Outside working hours"),
            "copied": gettext("Copied."),
            "dismiss": gettext("Dismiss"),
            "offline": gettext("The server did not answer. What you typed is still here; please try again."),
            "failed": gettext("That did not work. Please reload the page and try again."),
            "signedOut": gettext("You are signed out. Copy what you typed, reload the page and sign in again."),
            "noMatch": gettext("Nothing matches. Try the pinyin initials."),
            "leave": gettext("You have not sent what you typed."),
        },
        "words",
    )


@register.simple_tag
def script_words() -> SafeString:
    """The sentences that our scripts say, as data that no policy has to allow."""
    return _script_words(get_language())
