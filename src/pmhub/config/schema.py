"""`python -m pmhub.config.schema > config/pmhub.schema.json`"""

from __future__ import annotations

import json
import sys

from pmhub.config.json_schema import schema
from pmhub.config.plugins import load

if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(load()), indent=2, ensure_ascii=False) + "\n")
