"""A letter's words and files, made fit for a ticket. Touches the disk of the uploads, not the database."""

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import NamedTuple

from django.utils.translation import gettext as _

from documents import checking
from documents.checking import Uploads
from documents.receiving import Upload
from itsm.privacy import is_marked, masked_name
from tickets import opening
from tickets.mail import parsing, quoting
from tickets.mail.bodies import Part
from tickets.mail.parsing import Head, Mail
from tickets.records import Letter, LetterContent

MOST = 5000  # characters that a description or a comment holds


class Said(NamedTuple):
    """Words that fit, and the files that go with them."""

    text: str
    uploads: Uploads


@dataclass
class Contents:
    """What one mail says."""

    mail: Mail

    @property
    def is_empty(self) -> bool:
        """Neither a subject nor words nor a file."""
        return not (self.mail.head.subject or self.mail.text.strip() or self.mail.files)

    @property
    def listed(self) -> list[tuple[str, int]]:
        """The files' names as they may be shown, and their sizes."""
        return [(masked_name(part.name), len(part.content)) for part in self.mail.files]

    @cached_property
    def uploads(self) -> Uploads:
        """The files, looked at once. That may take a while: ask for it before the transaction that keeps them."""
        files = (_upload(_readable(part)) for part in self.mail.files)
        return checking.check_all(files, patient_data=self._names_patients)

    def report(self) -> Said:
        """All that was written, for a new ticket: a signature tells whom to call, a quotation what it is about.

        The subject goes before it where the title does not hold all of it.
        """
        subject, text = self.mail.head.subject, quoting.without_mark(self.mail.text)
        whole = self.title != subject and text.strip()
        return self._said(f"{subject}\n\n{text.strip()}" if whole else text)

    @property
    def title(self) -> str:
        """The subject as a title: masked, and short enough for a list; empty where there is none."""
        return opening.title_of(self.mail.head.subject)

    def answer(self) -> Said:
        """What was written anew, for a ticket whose history stands there already."""
        return self._said(quoting.answer_of(self.mail.text, self.mail.head.subject))

    def _said(self, text: str) -> Said:
        text = text.strip() or self.mail.head.subject or _("(The mail has no text.)")
        if len(text) <= MOST:
            return Said(text, self.uploads)
        whole = Part(_("whole mail") + ".txt", text.encode(), "text/plain")
        more = checking.check_all([_upload(whole)], patient_data=self._names_patients)
        end = "\n" + _("(The rest is in the file with the whole mail.)")
        files = Uploads(more.checked + self.uploads.checked, self.uploads.refused, self.uploads.patient_data)
        return Said(text[: MOST - len(end)] + end, files)

    @property
    def _names_patients(self) -> bool:
        """Files that come with a patient's data are taken to show the patient, too."""
        return is_marked(self.mail.head.subject, self.mail.text, *(part.name for part in self.mail.files))


def read(letter: Letter) -> Contents:
    """What the letter's kept mail says; of one that was too large, only that it is.

    Raises whatever a broken mail makes the parser raise.
    """
    mail = parsing.read(bytes(LetterContent.objects.values_list("raw", flat=True).get(letter=letter)))
    if letter.is_whole:
        return Contents(mail)
    said = _("(The mail of %(n)d MB is too large to be taken in; it lies in the mailbox.)")
    return Contents(mail._replace(text=said % {"n": letter.size // checking.MEGABYTE}, files=[]))


def read_anyhow(letter: Letter) -> Contents:
    """The same for a person who decides: of a mail that nobody can read, only that it came."""
    try:
        return read(letter)
    except Exception:  # the page and the decision must work for just this letter
        head = Head(letter.message_id, (), None, letter.subject, "")
        return Contents(Mail(head, _("(The mail cannot be read; it lies in the mailbox.)"), []))


def forget(letter: Letter) -> None:
    """Delete the mail itself: nobody needs it beside the ticket, and it may hold what only few may see."""
    LetterContent.objects.filter(letter=letter).delete()


def _readable(part: Part) -> Part:
    return parsing.as_text(part) if part.media_type == "message/rfc822" else part


def _upload(part: Part) -> Upload:
    return Upload(BytesIO(part.content), part.name, part.media_type, len(part.content))
