"""From the form of an older configuration file to that of this version. Comments and order stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pmhub.config.loading import VERSION, read

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Step: TypeAlias = "Callable[[TOMLDocument], None]"
STEPS: Sequence[Step] = ()
"""The first one turns version 1 into 2, and so on: there is one less than there are versions, and there is one version."""


def migrated(path: Path) -> tuple[int, str | None]:
    """The version of the file, and its text in the form of VERSION, or None where it has that already. Raises ConfigError."""
    text, raw = read(path)
    version: int = raw["version"]
    return version, None if version == VERSION else stepped(text, version, STEPS)


def stepped(text: str, version: int, steps: Sequence[Step]) -> str:
    """`text` of `version`, after the steps that follow it."""
    import tomlkit  # noqa: PLC0415 - slow to import, and needed only where there is something to do

    document = tomlkit.parse(text)
    for number, step in enumerate(steps[version - 1 :], version + 1):
        step(document)
        document["version"] = number
    return tomlkit.dumps(document)
