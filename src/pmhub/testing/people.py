"""What the people of all remotes do, at random but replayable, and the traceable values they leave behind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pmhub.engine.canon import as_set, as_value
from pmhub.model.kinds import Kind
from pmhub.model.links import link
from pmhub.model.records import Value
from pmhub.testing.choke import SECOND
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
PLAN_DEEDS = (
    *DEEDS,
    "goal",
    "edit goal",
    "edit goal",
    "under goal",
    "under goal",
    "release",
    "twin release",
    "edit release",
    "rename release",
)
FIRST_DEEDS = (
    "goal",
    "goal",
    "under goal",
    "under goal",
    "under goal",
    "release",
    "twin release",
    "comment",
    "comment",
)
HIDES_MARKERS = "B"
"""A remote where people cannot see, and so not wipe, a marker."""
MOST_GOALS, MOST_RELEASES = 4, 4
SETTLED = 3600 * SECOND


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
        elif deed in PLAN_DEEDS and deed not in DEEDS:
            self._plan(deed, remote)
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
            parent = f"ticket:{above.shown.id}" if above else None
            remote.person_edits(held.shown.id, parent=parent, links=self._linked(remote, held, parent))
        elif deed in held.fields:
            shout = "!" if deed == "title" and self.rng.random() < 0.5 else ""  # noqa: PLR2004
            value = self.fresh(deed)
            self.edits(remote, held.shown.id, **{deed: f"{value}{shout}" if shout else value})

    def _plan(self, deed: str, remote: MemoryRemote) -> None:
        goals, releases = remote.live(Kind.ROADMAP_ITEM), remote.live(Kind.RELEASE)
        if deed == "goal" and self.made[Kind.ROADMAP_ITEM] < MOST_GOALS:
            self._new_goal(remote, goals)
        elif deed == "edit goal" and goals:
            held, name = self.rng.choice(goals), self.rng.choice(("title", "target", "labels"))
            if name == "labels":
                self._edit_labels(remote, held)
            else:
                self.edits(remote, held.shown.id, **{name: self.token(name)})
        elif deed == "under goal" and goals:
            self._put_under(remote, self.rng.choice(goals))
        elif deed in {"release", "twin release"} and self.made[Kind.RELEASE] < MOST_RELEASES:
            self._new_release(remote, twin=deed == "twin release")
        elif deed == "edit release" and releases:
            self.edits(remote, self.rng.choice(releases).shown.id, date=self.token("date"))
        elif deed == "rename release" and releases:
            self._rename(remote, self.rng.choice(releases))

    def _new_goal(self, remote: MemoryRemote, goals: Sequence[Held]) -> None:
        self.made[Kind.ROADMAP_ITEM] += 1
        above = self.rng.choice([None, *goals])
        fields = {"title": self.token("title"), "body": self.token("body"), "target": self.token("target")}
        parent = f"{Kind.ROADMAP_ITEM}:{above.shown.id}" if above else None
        remote.person_creates(Kind.ROADMAP_ITEM, {**fields, "status": "todo", "parent": parent})

    def _put_under(self, remote: MemoryRemote, goal: Held) -> None:
        tickets = remote.live(Kind.TICKET)
        if tickets:
            remote.person_edits(self.rng.choice(tickets).shown.id, parent=f"{Kind.ROADMAP_ITEM}:{goal.shown.id}")

    def _new_release(self, remote: MemoryRemote, *, twin: bool) -> None:
        """Two people may make one and the same, each where they are."""
        self.made[Kind.RELEASE] += 1
        fields: dict[str, Value] = {"version": self.token("version"), "date": self.token("date")}
        others = [self.remotes[name] for name in sorted(self.remotes) if name != remote.name]
        remote.person_creates(Kind.RELEASE, fields)
        if twin:
            self.rng.choice(others).person_creates(Kind.RELEASE, {"version": fields["version"]})

    def _rename(self, remote: MemoryRemote, held: Held) -> None:
        """Its name is all that says which one it is: nobody renames what was made a moment ago."""
        if held.shown.created <= remote.time - SETTLED:
            self.edits(remote, held.shown.id, version=self.token("version"))

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

    def _linked(self, remote: MemoryRemote, held: Held, other: str | None) -> Value:
        """Every other time tied to another, too, or where it is tied cut off. No die is thrown, as the worlds that once failed
        must go on as they did.
        """
        relations = sorted(remote.dialect.relations)
        if other in {None, f"{Kind.TICKET}:{held.shown.id}"} or len(self.born) % 2 == 0:
            return held.fields["links"]
        changed = link(relations[len(self.born) % len(relations)], str(other))
        return as_value(as_set(held.fields["links"]) ^ {changed})

    def _maybe_wipe(self, remote: MemoryRemote, held: Held) -> None:
        if self.rng.random() < self.wipe and held.shown.marker and remote.name != HIDES_MARKERS:
            remote.person_wipes_marker(held.shown.id)
