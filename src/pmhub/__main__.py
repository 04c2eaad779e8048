"""`python -m pmhub`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # `-m` puts the folder one stands in first, and with it every module that lies there

    from pmhub.cli.main import main

    main()
