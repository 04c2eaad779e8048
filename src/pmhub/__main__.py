"""`python -m pmhub`."""

from __future__ import annotations

from pmhub.cli.main import main

if __name__ == "__main__":
    main()
