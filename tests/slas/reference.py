"""Business time the slow way: a walk from step to step that asks at each whether the desk is open.

It reads the rules of a calendar's version as they are stored and shares no line with the product, so that the two can
be held against each other.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

DAY = 86_400


class Unknown(Exception):
    """The walk came to a year without an official table. year: which."""

    def __init__(self, year):
        super().__init__(year)
        self.year = year


class Walk:
    """A calendar walked in steps of so many seconds; all its windows and all moments lie on whole steps.

    Only for a zone whose clock does not jump on the way (Shanghai's has not since 1991).
    """

    def __init__(self, rules, step=60):
        self.rules, self.step, self.zone = rules, step, ZoneInfo(rules["zone"])
        self._days = {}

    def is_open(self, at):
        """Whether time counts in the step that begins at that moment."""
        local = self._local(at)
        return self._counts(local)

    def elapsed(self, start, end):
        """Business seconds from one moment to the other; negative when the second is earlier."""
        if end < start:
            return -self.elapsed(end, start)
        here, there, counted = self._local(start), self._local(end), 0
        while here < there:
            counted += self._counts(here)
            here += timedelta(seconds=self.step)
        return counted * self.step

    def due(self, start, seconds):
        """The moment at which so many business seconds have passed; negative seconds walk back."""
        assert seconds % self.step == 0
        here, left, step = self._local(start), abs(seconds) // self.step, timedelta(seconds=self.step)
        if seconds < 0:
            while left:
                here -= step
                left -= self._counts(here)
            return here.replace(tzinfo=self.zone)
        if not left:
            while not self._counts(here):
                here += step
            return here.replace(tzinfo=self.zone)
        while left:
            left -= self._counts(here)
            here += step
        return here.replace(tzinfo=self.zone)

    def ahead(self, at):
        """From a moment on, for each step whether it counts. Raises Unknown at a year without a table."""
        local = self._local(at)
        day, first = local.date(), (local.hour * 3600 + local.minute * 60 + local.second) // self.step
        while True:
            yield from self._day(day)[first:]
            day, first = day + timedelta(days=1), 0

    def _local(self, moment):
        local = moment.astimezone(self.zone).replace(tzinfo=None)
        since_midnight = local.hour * 3600 + local.minute * 60 + local.second
        assert local.microsecond == 0
        assert since_midnight % self.step == 0
        return local

    def _counts(self, local):
        return self._day(local.date())[(local.hour * 3600 + local.minute * 60 + local.second) // self.step]

    def _day(self, day):
        if day not in self._days:
            self._days[day] = self._steps_of(day)
        return self._days[day]

    def _steps_of(self, day: date):
        """For each step of the day whether it counts."""
        if self.rules["years"] is not None and day.year not in self.rules["years"]:
            raise Unknown(day.year)
        exception = self.rules["days"].get(str(day))
        windows = exception["windows"] if exception else self.rules["weekly"][str(day.weekday())]
        marks = [False] * (DAY // self.step)
        for opens, closes in windows:
            first, last = (self._seconds(text) for text in (opens, closes))
            assert first % self.step == last % self.step == 0
            for number in range(first // self.step, last // self.step):
                marks[number] = True
        return marks

    @staticmethod
    def _seconds(text):
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
