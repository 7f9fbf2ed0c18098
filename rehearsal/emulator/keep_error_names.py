"""Mends the emulator where it says less than AWS: the error of a function keeps its name.

Lambda's own runtime answers `errorType: error.name`. MiniStack 1.5.33 answers "Runtime.HandlerError"
for every error, so that no Retry and no Catch of a state machine could tell one from another.
It is run once, by the Python that the emulator is installed for.
"""

import pathlib

import ministack

ROOT = pathlib.Path(ministack.__file__).parent


def replace(file: str, old: str, new: str) -> None:
    path = ROOT / file
    text = path.read_text(encoding="utf-8")
    if new in text:
        return
    if text.count(old) != 1:
        raise SystemExit(f"{file} is not the file that this patch was written for")
    path.write_text(text.replace(old, new), encoding="utf-8")


replace(
    "core/lambda_runtime.py",
    'status: "error", error: String(err.message || err), trace: err.stack || ""',
    'status: "error", error: String(err.message || err), errorType: err.name, trace: err.stack || ""',
)
replace(
    "services/lambda_svc.py",
    '            error_type = "Runtime.HandlerError"\n            if _RIE_TIMEOUT',
    '            error_type = result.get("errorType") or "Runtime.HandlerError"\n            if _RIE_TIMEOUT',
)
