"""Statuses and the transitions between them."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Status:
    """`category` is the key of the status category: new, indeterminate or done."""

    id: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Transition:
    """`sources` None means reachable from everywhere; `required` names the fields its screen demands."""

    id: str
    name: str
    to: str
    sources: frozenset[str] | None = None
    required: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()

    def leaves(self, status_id: str) -> bool:
        return self.sources is None or status_id in self.sources


@dataclass(frozen=True, slots=True)
class Workflow:
    """The first status is where new issues start."""

    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]

    def available(self, status_id: str) -> tuple[Transition, ...]:
        return tuple(step for step in self.transitions if step.leaves(status_id))

    def requiring(self, field: str, *, on: str) -> Workflow:
        """The same workflow whose transition named `on` has a screen that demands `field`."""
        changed = [
            replace(step, required=(*step.required, field), screen=(*step.screen, field)) if step.name == on else step
            for step in self.transitions
        ]
        return replace(self, transitions=tuple(changed))


TO_DO = Status("10000", "To Do", "new")
IN_PROGRESS = Status("3", "In Progress", "indeterminate")
IN_REVIEW = Status("10001", "In Review", "indeterminate")
DONE = Status("10002", "Done", "done")
_STATUSES = (TO_DO, IN_PROGRESS, IN_REVIEW, DONE)

OPEN_WORKFLOW = Workflow(
    _STATUSES,
    tuple(Transition(f"{number}1", status.name, status.id) for number, status in enumerate(_STATUSES, 1)),
)
LINEAR_WORKFLOW = Workflow(
    _STATUSES,
    (
        Transition("11", "Start work", IN_PROGRESS.id, frozenset({TO_DO.id})),
        Transition("21", "Ask for review", IN_REVIEW.id, frozenset({IN_PROGRESS.id})),
        Transition("41", "Done", DONE.id, frozenset({IN_REVIEW.id})),
    ),
)
DEAD_END_WORKFLOW = Workflow(
    _STATUSES,
    (
        Transition("11", "Start work", IN_PROGRESS.id, frozenset({TO_DO.id})),
        Transition("12", "Put back", TO_DO.id, frozenset({IN_PROGRESS.id})),
        Transition("51", "Reopen", TO_DO.id, frozenset({DONE.id})),
    ),
)
RESTRICTED_WORKFLOW = Workflow(
    _STATUSES,
    (
        Transition("11", "Start work", IN_PROGRESS.id, frozenset({TO_DO.id})),
        Transition("21", "Ask for review", IN_REVIEW.id, frozenset({IN_PROGRESS.id})),
        Transition("31", "Send back", IN_PROGRESS.id, frozenset({IN_REVIEW.id})),
        Transition("41", "Done", DONE.id, frozenset({IN_REVIEW.id})),
        Transition("51", "Reopen", TO_DO.id, frozenset({DONE.id})),
    ),
)
