"""Every question, one after the other; what they find goes into docs/performance.md, between its marks.

.venv/bin/python -m benchmarks [--full] [--rounds 5] [QUESTION …]
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time

from artml.settings import ROOT

PAGE = ROOT / "docs" / "performance.md"
QUESTIONS = ("picture", "folder", "precision", "growth", "training", "app", "decoding")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help=f"of {', '.join(QUESTIONS)}")
    parser.add_argument("--full", action="store_true", help="everything on everything, however long it takes")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if unknown := set(asked.questions) - set(QUESTIONS):
        parser.error(f"no such question: {', '.join(sorted(unknown))}")
    failed = []
    for question in asked.questions or QUESTIONS:
        start = time.monotonic()
        command = [sys.executable, "-m", f"benchmarks.{question}", "--rounds", str(asked.rounds)]
        command += ["--full"] if asked.full else []
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        print(found.stdout, f"({(time.monotonic() - start) / 60:.1f} minutes)\n", sep="\n", flush=True)
        if found.returncode:
            failed.append(question)
        else:
            PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), question, found.stdout), encoding="utf-8")
    raise SystemExit(f"No figures for {', '.join(failed)}: see above." if failed else 0)


def put(page: str, question: str, found: str) -> str:
    """The page with what was found between the marks of a question."""
    begin, end = f"<!-- {question}: written by `make bench` -->", f"<!-- end of {question} -->"
    between = f"{re.escape(begin)}.*{re.escape(end)}"
    assert re.search(between, page, re.DOTALL), f"{PAGE} has no marks for {question}"
    return re.sub(between, lambda _: f"{begin}\n\n{found.strip()}\n\n{end}", page, flags=re.DOTALL)


if __name__ == "__main__":
    main()
