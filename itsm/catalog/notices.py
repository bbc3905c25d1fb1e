"""PURE: the days that a State Council notice on holidays announces, read out of its pasted text.

    七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。

Or a line a stretch: 2027-10-01~2027-10-07 放假 国庆节. In sentences, a date counts by the first verb after it: 放假
makes it a day off, 上班 a workday; with any other verb, or none, it is left out and the sentence is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from itsm.catalog.calendar_rules import OFF, WORK, Holiday, days_of

FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
UNNAMED = "放假"
USUAL_WORKDAYS = range(244, 256)
MOST_CHARACTERS = 20_000
MOST_STRETCH = 31  # days off in a row
_DAYS = "一二三四五六日"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９（）［］【】：，；～－", "0123456789()()():,;~-")
_YEAR = re.compile(r"(\d{4})年部分节假日")
_NUMBER = re.compile(r"国办发明电\s*[〔(]\s*\d{4}\s*[〕)]\s*第?\d+\s*号")
_SIGNED = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\(?\d{1,2}[.、)])?\s*([^\d:,。()]{2,20}?)\s*:")
_TOKEN = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<note>[^()]*)\))?"
    r"|(?P<to>[至到~—–-]+)|(?P<verb>放假|上班|休息|值班)|(?P<count>\d+)天"
)
_PLAIN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*[~至]\s*(\d{4}-\d{2}-\d{2}))?\s+(放假|上班)\s+(\S.{0,39})", re.ASCII)
_PLAINLY = re.compile(r"\d{4}-\d", re.ASCII)
_VERBS = {"放假": OFF, "上班": WORK}
_WEEKDAY = re.compile(rf"(?:周|星期)([{_DAYS}天])")


class Doubt(StrEnum):
    """What somebody should look at before the days are taken over."""

    WEEKDAY = "weekday"  # the notice names another weekday than the calendar
    COUNT = "count"  # the notice counts other days than it lists
    NO_WEEKEND = "no_weekend"  # a make-up workday that is a workday anyway
    OTHER_YEAR = "other_year"
    UNREAD = "unread"
    BOTH = "both"  # a date is named as off and as a workday
    MISSING = "missing"  # a festival is not named
    WORKDAYS = "workdays"


class Question(NamedTuple):
    """A doubt, about what, and what was stated and found."""

    doubt: Doubt
    about: str
    stated: str = ""
    found: str = ""


class Read(NamedTuple):
    """What a text says. notice_no, published_on: empty when the text does not say."""

    year: int | None
    notice_no: str
    published_on: date | None
    days: tuple[Holiday, ...]
    questions: tuple[Question, ...]


class Change(NamedTuple):
    """A date as it stands and as it would be; None where it is an ordinary day."""

    date: date
    before: Holiday | None
    after: Holiday | None

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return self.before == self.after


class _Dated(NamedTuple):
    first: date
    last: date


def read(text: str, year: int | None = None) -> Read:
    """The days of a notice. year: when the text's heading does not say it."""
    plain = text[:MOST_CHARACTERS].translate(_FULL_WIDTH).replace("\u3000", " ").replace("\xa0", " ")
    announced = _YEAR.search(plain)
    year = int(announced[1]) if announced else year
    number = _NUMBER.search(plain)
    notice_no = re.sub(r"\s", "", number[0]).replace("(", "〔").replace(")", "〕") if number else ""
    if year is None or not 1 <= year <= 9998:
        return Read(None, notice_no, None, (), ())
    reading = _Reading(year)
    for line in _lines(plain):
        reading.take(line)
    days = [day for day in reading.days if day.date.year == year]
    others = [Question(Doubt.OTHER_YEAR, str(day.date)) for day in reading.days if day.date.year != year]
    questions = (*reading.questions, *others, *doubts(year, days))
    return Read(year, notice_no, _signed(plain, year), tuple(_unique(days)), questions)


def _lines(text: str) -> list[str]:
    """The lines, those joined again that were broken within a sentence."""
    lines: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if lines and lines[-1][-1] not in "。;:" and not any(map(_stands_alone, (line, lines[-1]))):
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _stands_alone(line: str) -> bool:
    return bool(_PLAINLY.match(line))


def _signed(text: str, year: int) -> date | None:
    """The last whole date of the text, if it lies before the year that is announced."""
    found = [_date(*map(int, parts)) for parts in _SIGNED.findall(text)]
    dates = [day for day in found if day is not None and day.year < year]
    return dates[-1] if dates else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    return _date(*map(int, text.split("-")))


def _stretch(first: date, last: date, kind: str, name: str) -> list[Holiday]:
    return [Holiday(first + timedelta(days=number), kind, name) for number in range((last - first).days + 1)]


class _Reading:
    """Reads line by line and keeps the festival that the sentences are about."""

    def __init__(self, year: int) -> None:
        self.year, self.festival = year, ""
        self.days: list[Holiday] = []
        self.questions: list[Question] = []

    def take(self, line: str) -> None:
        """Read a line: a plain one, or perhaps a festival's name and a colon, then sentences."""
        if _PLAINLY.match(line):
            self._plain(line)
            return
        for part in re.split(r"(?=[一二三四五六七八九十]+、[^\d:,。()]{2,20}:)", line):
            heading = _HEADING.match(part)
            if heading:
                self.festival = heading[1].strip()
            for sentence in re.split(r"[。;]", part[heading.end() :] if heading else part):
                self._sentence(sentence)

    def _plain(self, line: str) -> None:
        found = _PLAIN.fullmatch(line)
        first, last = (_iso(found[1]), _iso(found[2] or found[1])) if found else (None, None)
        if found is None or first is None or last is None or not 0 <= (last - first).days < MOST_STRETCH:
            self._unread(line)
        else:
            self.days += _stretch(first, last, _VERBS[found[3]], found[4].strip())

    def _sentence(self, sentence: str) -> None:
        waiting: list[_Dated] = []
        off = self._off_count()
        joined, month, stated = False, 0, None
        for token in _TOKEN.finditer(sentence):
            if token["to"]:
                joined = True
            elif token["verb"]:
                self._flush(token["verb"], waiting, sentence)
                waiting, joined = [], False
            elif token["count"]:
                stated = int(token["count"])
            else:
                month = int(token["month"] or month)
                self._dated(token, month, waiting, joined=joined, sentence=sentence)
                joined = False
        counted = self._off_count() - off
        if stated is not None and counted and stated != counted:
            self.questions.append(Question(Doubt.COUNT, self.festival, str(stated), str(counted)))
        if waiting and self.festival and not re.search(rf"{_SIGNED.pattern}\s*$", sentence):
            self._unread(sentence)

    def _off_count(self) -> int:
        return sum(day.kind == OFF for day in self.days)

    def _dated(self, token: re.Match[str], month: int, waiting: list[_Dated], *, joined: bool, sentence: str) -> None:
        day = _date(int(token["year"] or self.year), month, int(token["day"]))
        if day is None or (joined and waiting and day < waiting[-1].first):
            self._unread(sentence)
            return
        if (named := _WEEKDAY.search(token["note"] or "")) and not _is_weekday(day, named[1]):
            self.questions.append(Question(Doubt.WEEKDAY, str(day), "周" + named[1], "周" + _DAYS[day.weekday()]))
        if joined and waiting:
            waiting[-1] = _Dated(waiting[-1].first, day)
        else:
            waiting.append(_Dated(day, day))

    def _flush(self, verb: str, waiting: list[_Dated], sentence: str) -> None:
        kind = _VERBS.get(verb)
        if kind is None and waiting:
            self._unread(sentence)
            return
        name = self.festival or UNNAMED
        for first, last in waiting:
            if (last - first).days < MOST_STRETCH:
                self.days += _stretch(first, last, kind or OFF, name)
            else:
                self._unread(sentence)

    def _unread(self, sentence: str) -> None:
        question = Question(Doubt.UNREAD, sentence.strip())
        if question not in self.questions:
            self.questions.append(question)


def _is_weekday(day: date, name: str) -> bool:
    return _DAYS[day.weekday()] == name.replace("天", "日")


def _unique(days: Iterable[Holiday]) -> Iterator[Holiday]:
    """The days in order; of two of one date the first stays, a doubt tells of the other."""
    found: dict[date, Holiday] = {}
    for day in days:
        found.setdefault(day.date, day)
    yield from (found[day] for day in sorted(found))


def doubts(year: int, days: Iterable[Holiday]) -> list[Question]:
    """What is unlikely about a year's days, wherever they come from."""
    days = list(days)
    kinds = {kind: {day.date for day in days if day.kind == kind} for kind in (OFF, WORK)}
    both = sorted(kinds[OFF] & kinds[WORK])
    at_work = sorted(day for day in kinds[WORK] if day.weekday() < 5)
    names = "".join(day.name for day in days)
    found = [Question(Doubt.BOTH, str(day)) for day in both]
    found += [Question(Doubt.NO_WEEKEND, str(day), found="周" + _DAYS[day.weekday()]) for day in at_work]
    found += [Question(Doubt.MISSING, festival) for festival in FESTIVALS if days and festival not in names]
    count = workdays(year, days)
    if days and count not in USUAL_WORKDAYS:
        usual = f"{USUAL_WORKDAYS[0]}–{USUAL_WORKDAYS[-1]}"
        found.append(Question(Doubt.WORKDAYS, str(year), usual, str(count)))
    return found


def workdays(year: int, days: Iterable[Holiday]) -> int:
    """How many days of the year are worked: Monday to Friday, less the days off, and the make-up days."""
    kinds = {day.date: day.kind for day in days}
    counts = Counter(kinds.get(day, WORK if day.weekday() < 5 else OFF) for day in days_of(year))
    return counts[WORK]


def plain(days: Iterable[Holiday]) -> str:
    """The days as lines that `read` takes, a stretch in one."""
    words = {kind: verb for verb, kind in _VERBS.items()}
    lines: list[str] = []
    run: list[Holiday] = []
    for day in [*sorted(days), None]:
        if run and (day is None or day[1:] != run[0][1:] or (day.date - run[-1].date).days != 1):
            span = str(run[0].date) if len(run) == 1 else f"{run[0].date}~{run[-1].date}"
            lines.append(f"{span} {words[run[0].kind]} {run[0].name}")
            run = []
        if day is not None:
            run.append(day)
    return "\n".join(lines)


def compare(before: Iterable[Holiday], after: Iterable[Holiday]) -> list[Change]:
    """Every date that either table names, as it is and as it would be."""
    old, new = ({day.date: day for day in days} for days in (before, after))
    return [Change(day, old.get(day), new.get(day)) for day in sorted({*old, *new})]
