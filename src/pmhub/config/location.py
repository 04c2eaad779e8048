"""Where the configuration file is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pmhub.errors import NoConfig

NAME = "pmhub.toml"
_HINT = "Run `pmhub init` to write one, or name one with --config or PMHUB_CONFIG."


def find(config: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """`--config`, else PMHUB_CONFIG, else pmhub.toml in `cwd` or the nearest folder above. Raises ConfigError."""
    if config:
        return _named(config, "--config", cwd)
    if environ.get("PMHUB_CONFIG"):
        return _named(environ["PMHUB_CONFIG"], "PMHUB_CONFIG", cwd)
    cwd = cwd.absolute()
    for folder in (cwd, *cwd.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    raise NoConfig(f"no {NAME} in {cwd} or any folder above it", hint=_HINT)


def _named(name: str, by: str, cwd: Path) -> Path:
    path = cwd / Path(name).expanduser()
    if path.is_dir():
        path /= NAME
    if not path.is_file():
        raise NoConfig(f"{by} names {path}, and there is no such file", hint=_HINT)
    return path.absolute()
