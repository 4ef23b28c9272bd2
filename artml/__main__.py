"""`python -m artml` is `artml`."""

from __future__ import annotations

from artml.cli import main

if __name__ == "__main__":
    main()
