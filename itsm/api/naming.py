"""Names in the schema for lists of words whose fields are called alike; settings.py reads them."""

ENUMS = {
    "AssessmentState": "itsm.reports.assessment.enums.State",
    "ClockKind": "slas.enums.Kind",
    "DeductionSource": "itsm.reports.assessment.enums.Source",
    "ExportKind": "itsm.exports.enums.Kind",
    "ExportState": "itsm.exports.enums.State",
    "MonthlyState": "itsm.reports.monthly.enums.State",
    "TicketState": "tickets.enums.State",
    "VersionState": "itsm.catalog.enums.VersionState",
}
