"""What the people of all remotes do, at random but replayable, and the traceable values they leave behind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pmhub.model.kinds import Kind
from pmhub.model.records import Value
from pmhub.testing.server import Held, MemoryRemote
from pmhub.testing.witness import tokens

DEEDS = (
    "title",
    "body",
    "body",
    "label",
    "status",
    "estimate",
    "priority",
    "parent",
    "comment",
    "edit comment",
    "create",
    "reformat",
)
HIDES_MARKERS = "B"
"""A remote where people cannot see, and so not wipe, a marker."""


@dataclass
class People:
    """`born`: token → field it was made for. `superseded`, `removed`: tokens people themselves replaced or took off.

    `made`: things people created. `wipe`: how often they destroy a marker they come across.
    """

    rng: random.Random
    remotes: Mapping[str, MemoryRemote]
    wipe: float = 0.3
    most_tickets: int = 7
    most_comments: int = 6
    deeds: Sequence[str] = DEEDS
    born: dict[str, str] = field(default_factory=dict)
    superseded: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    made: Counter[Kind] = field(default_factory=Counter)

    def token(self, name: str) -> str:
        token = f"tok{len(self.born) + 1}"
        self.born[token] = name
        return token

    def number(self, name: str) -> float:
        return float(self.token(name).removeprefix("tok"))

    def fresh(self, name: str) -> Value:
        return self.number(name) if name == "estimate" else self.token(name)

    def new_ticket(self, remote: MemoryRemote) -> str:
        self.made[Kind.TICKET] += 1
        lines = (f"**{self.token('body')}**  head", f"middle {self.token('body')}", f"tail {self.token('body')}")
        fields: dict[str, Value] = {
            "title": self.token("title") + "!",
            "body": "\n".join(lines),
            "labels": (self.token("labels"),),
            "status": "todo",
            "priority": self.token("priority"),
        }
        if "estimate" in remote.dialect.holds(Kind.TICKET):
            fields["estimate"] = self.number("estimate")
        return remote.person_creates(Kind.TICKET, fields)

    def comments(self, remote: MemoryRemote, ticket: str) -> str:
        self.made[Kind.COMMENT] += 1
        return remote.person_creates(Kind.COMMENT, {"body": f"said {self.token('body')}"}, ticket)

    def edits(self, remote: MemoryRemote, thing: str, **fields: Value) -> None:
        """A person's edit that replaces whole values."""
        for name in fields:
            self.superseded |= tokens(remote.things[thing].fields[name])
        remote.person_edits(thing, **fields)

    def act(self, deed: str | None = None) -> None:
        remote = self.rng.choice([self.remotes[name] for name in sorted(self.remotes)])
        deed = deed or self.rng.choice(self.deeds)
        tickets = remote.live(Kind.TICKET)
        if deed == "create":
            if self.made[Kind.TICKET] < self.most_tickets:
                self.new_ticket(remote)
        elif deed == "edit comment":
            self._edit_comment(remote)
        elif tickets:
            held = self.rng.choice(tickets)
            self._act_on(deed, remote, held)
            self._maybe_wipe(remote, held)

    def _act_on(self, deed: str, remote: MemoryRemote, held: Held) -> None:
        if deed == "comment":
            if self.made[Kind.COMMENT] < self.most_comments:
                self.comments(remote, held.shown.id)
        elif deed == "body":
            self._edit_body(remote, held)
        elif deed == "reformat":
            remote.person_edits(held.shown.id, body=str(held.fields["body"] or "").replace(" tok", "  tok", 1))
        elif deed == "label":
            self._edit_labels(remote, held)
        elif deed == "status":
            remote.person_edits(held.shown.id, status=self.rng.choice(remote.dialect.words()))
        elif deed == "parent":
            above = self.rng.choice([None, *remote.live(Kind.TICKET)])
            remote.person_edits(held.shown.id, parent=f"ticket:{above.shown.id}" if above else None)
        elif deed in held.fields:
            shout = "!" if deed == "title" and self.rng.random() < 0.5 else ""  # noqa: PLR2004
            value = self.fresh(deed)
            self.edits(remote, held.shown.id, **{deed: f"{value}{shout}" if shout else value})

    def _edit_comment(self, remote: MemoryRemote) -> None:
        comments = remote.live(Kind.COMMENT)
        if comments:
            self.edits(remote, self.rng.choice(comments).shown.id, body=self.token("body"))

    def _edit_body(self, remote: MemoryRemote, held: Held) -> None:
        lines = str(held.fields["body"] or "").split("\n")
        how = self.rng.choice(("line", "append", "insert"))
        at, new = self.rng.randrange(len(lines)), f"new {self.token('body')}"
        if how == "line":
            self.superseded |= tokens(lines[at])
            lines[at] = new
        else:
            lines.insert(len(lines) if how == "append" else at, new)
        remote.person_edits(held.shown.id, body="\n".join(lines))

    def _edit_labels(self, remote: MemoryRemote, held: Held) -> None:
        labels = held.fields["labels"]
        have = list(labels) if isinstance(labels, tuple) else []
        if have and self.rng.random() < 0.5:  # noqa: PLR2004
            gone = self.rng.choice(have)
            self.removed |= tokens(gone)
            have.remove(gone)
        else:
            have.append(self.token("labels"))
        remote.person_edits(held.shown.id, labels=tuple(sorted(have)))

    def _maybe_wipe(self, remote: MemoryRemote, held: Held) -> None:
        if self.rng.random() < self.wipe and held.shown.marker and remote.name != HIDES_MARKERS:
            remote.person_wipes_marker(held.shown.id)
