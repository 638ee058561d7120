"""The registry: environment folders come in, reports, certificates and entries go out.

Start reading at `admit.py` (the gate), then `verify.py` and `checks/`; `foreign/` tells of servers by others.
"""

from registry.admit import admit, admit_all
from registry.entry import Entry, entries, entry
from registry.foreign.verify import verify_foreign
from registry.ledger import Ledger, LedgerError, Run
from registry.report import Finding, Report
from registry.verify import verify

__all__ = [
    "Entry",
    "Finding",
    "Ledger",
    "LedgerError",
    "Report",
    "Run",
    "admit",
    "admit_all",
    "entries",
    "entry",
    "verify",
    "verify_foreign",
]
