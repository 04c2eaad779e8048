"""Every guard of the sync: what it promises, how the harness leaves it out of the real code, and the scenarios it is there for."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pmhub.engine.absorb
import pmhub.engine.lost_base
import pmhub.engine.merge
import pmhub.engine.older_base
import pmhub.engine.plan
import pmhub.engine.verify
import pmhub.sync.absorb
import pmhub.sync.apply
import pmhub.sync.bind
import pmhub.sync.guards
import pmhub.sync.plan
import pmhub.sync.pull
import pmhub.sync.recover
import pmhub.sync.run
import pmhub.sync.strays
import pmhub.sync.sweep
import pmhub.testing.memory
import pmhub.testing.world
from pmhub.store import Store
from pmhub.store.conflicts import Conflicts
from pmhub.store.intents import Intents
from pmhub.sync.hub import Hub
from pmhub.testing import unguarded
from pmhub.testing.replacing import Patch
from pmhub.testing.trials import creating, deleting, forgetting, looking, merging
from pmhub.testing.trials.telling import Trial
from pmhub.testing.unguarded import constant


@dataclass(frozen=True)
class Guard:
    """`promise`: what the guard does. `trials`: the scenarios it is there for."""

    promise: str
    patches: tuple[Patch, ...]
    trials: tuple[Trial, ...] = ()


_absorb, _merge, _plan, _verify = pmhub.engine.absorb, pmhub.engine.merge, pmhub.engine.plan, pmhub.engine.verify
_asking, _apply, _bind, _guards = pmhub.sync.absorb, pmhub.sync.apply, pmhub.sync.bind, pmhub.sync.guards
_planning, _pull, _recover, _run, _sweep = (
    pmhub.sync.plan,
    pmhub.sync.pull,
    pmhub.sync.recover,
    pmhub.sync.run,
    pmhub.sync.sweep,
)
_strays = pmhub.sync.strays
_PACE = pmhub.testing.world.PACE


def _observe(when: object) -> tuple[Patch, ...]:
    believing = unguarded.believing(when)  # type: ignore[arg-type]
    return ((_pull, "observe", believing), (_apply, "observe", believing))


def _paced(**pace: int) -> Patch:
    return (pmhub.testing.world, "PACE", replace(_PACE, **pace))


_OVERLAP: Patch = (pmhub.testing.memory, "OVERLAP", 0)
_HORIZON: tuple[Patch, ...] = (
    (_pull, "look_again", unguarded.look_again_at_once),
    (_recover, "look_again", unguarded.look_again_at_once),
)
_SHALLOW: Patch = (_sweep, "is_deep", constant(value=False))
_STALE: Patch = (_recover, "_mistrust_a_stale_read_back", constant(None))
_REREAD: Patch = (_apply, "_as_planned", constant(value=True))

GUARDS: Mapping[str, Guard] = {
    "journal": Guard("`sent` is committed before the first byte leaves", ((Intents, "mark_sent", constant(None)),)),
    "unknown": Guard(
        "a write of unknown outcome blocks its item and remote", ((Intents, "unknown", constant(frozenset())),)
    ),
    "marker": Guard("a create carries our marker", ((_apply, "marker", constant("")),)),
    "proof": Guard(
        "a lost create is sent again only when it surely did not happen",
        ((_recover, "_surely_did_not_happen", constant(value=True)),),
        (creating.lost_answer,),
    ),
    "settle": Guard("nor may it be too early for it", (_paced(settle=0),), (creating.landed_late,)),
    "wiped": Guard(
        "a wiped marker is found in the change log",
        (
            (_bind, "marked", unguarded.marked_as_it_stands),
            (_strays, "marked", unguarded.marked_as_it_stands),
            (_pull, "replace", unguarded.unchanged),
        ),
        (creating.wiped_marker,),
    ),
    "author": Guard(
        "a marker counts only on what we made",
        ((_bind, "by_us", constant(value=True)), (_strays, "by_us", constant(value=True))),
        (creating.clone,),
    ),
    "identity": Guard(
        "a remote that is down is still known by our name there",
        ((_run, "remembered", unguarded.stranger),),
        (creating.seen_then_down,),
    ),
    "rebuild": Guard(
        "copies whose origin is gone are the item", ((_bind, "decide", unguarded.never_rebuild),), (forgetting.orphans,)
    ),
    "origin": Guard("and that origin is not made again", ((_bind, "origin_of", constant("")),), (forgetting.orphans,)),
    "gate": Guard(
        "nothing is created where something of ours may stand, not seen or not placed yet",
        ((_planning, "_may_stand_there", constant(value=False)),),
        (forgetting.unread,),
    ),
    "rebuilt last": Guard(
        "copies are an item of their own only when nothing else can be placed",
        ((_bind, "_bind_round", unguarded.bound_in_any_order),),
        (forgetting.placed_late,),
    ),
    "rebuilt below": Guard(
        "nor is a copy the item while what its original may be on waits",
        ((_bind, "_waits_below", constant(value=False)),),
        (forgetting.waits_below,),
    ),
    "base": Guard(
        "after a lost database the change logs tell how both sides stood when they last agreed",
        ((_bind, "last_in_step", unguarded.base_of_the_first_day),),
        (forgetting.taken_off_before,),
    ),
    "older base": Guard(
        "and what was passed on since the backup that came back",
        ((pmhub.engine.older_base, "_passed_on", constant(())),),
        (forgetting.passed_on_since,),
    ),
    "behind": Guard(
        "what they tell and nobody has seen is read before anything is placed by them",
        ((_strays, "_look_again", constant(None)),),
        (forgetting.shown_late,),
    ),
    "passed on": Guard(
        "both know what we passed on, though they never agreed on the whole",
        ((pmhub.engine.lost_base, "_known_to_both", unguarded.known_as_a_whole),),
        (forgetting.half_passed_on,),
    ),
    "overwritten": Guard(
        "and which edit our last write met",
        ((_bind, "overwritten", constant(())),),
        (forgetting.met_by_our_last_write,),
    ),
    "generation": Guard(
        "a restored database is recognised",
        ((Store, "generation", constant("one")),),
        (forgetting.restored_at_once,),
    ),
    "monotone": Guard("an observation never goes back in time", _observe(operator.lt), (looking.index_behind,)),
    "tie": Guard("equal time with other content proves nothing", _observe(operator.eq), (looking.seen_in_one_tick,)),
    "horizon": Guard(
        "a doubt is looked at again only when no replica can lag", _HORIZON, (looking.read_from_a_replica,)
    ),
    "stale": Guard("a read-back older than our write is not believed", (_STALE,)),
    "overlap": Guard("a listing begins before its cursor", (_OVERLAP,), (looking.late_in_the_index,)),
    "deep": Guard("now and then everything is listed and read", (_SHALLOW,), (deleting.deletion,)),
    "changelog": Guard("the change log tells what became of a write", ((_recover, "read_logs", unguarded.no_logs),)),
    "raced": Guard(
        "an edit that a write met is taken in",
        ((_verify, "_take_in_overwritten", unguarded.nothing_overwritten),),
        (merging.raced,),
    ),
    "reread": Guard("a target is read again just before it is written", (_REREAD,), (merging.outrun, merging.raced)),
    "agreed": Guard(
        "agreed is what became of our value, not what stands there now",
        ((_verify, "_stored", unguarded.stored_as_it_stands),),
        (merging.edited_once_written,),
    ),
    "stored": Guard(
        "what a server makes of our value is no edit",
        ((_verify, "_stored", unguarded.stored_as_sent),),
        (looking.unasked_change,),
    ),
    "answer": Guard(
        "where no log tells it, the answer does",
        ((_apply, "told_by_answer", constant(value=False)), (_verify, "told_by_answer", constant(value=False))),
        (looking.unasked_change,),
    ),
    "created, stored": Guard(
        "what a server makes of a new thing is no edit",
        (
            (_apply, "created_values", unguarded.created_as_sent),
            (_recover, "created_values", unguarded.created_as_sent),
        ),
        (looking.unasked_at_birth,),
    ),
    "created, agreed": Guard(
        "an edit after our create is an edit",
        (
            (_bind, "created_values", unguarded.created_as_it_stands),
            (_recover, "created_values", unguarded.created_as_it_stands),
        ),
        (merging.edited_once_written,),
    ),
    "one transaction": Guard(
        "absorb reads, decides and writes in one transaction",
        ((_run, "absorb_all", unguarded.absorb_what_was_read_before),),
        (merging.edited_here,),
    ),
    "asked": Guard(
        "an answer is about the value that was asked for",
        ((_asking, "_fresh", unguarded.answered_for_any_value),),
        (merging.edited_while_asked,),
    ),
    "echo": Guard("our own write has no opinion", ((_asking, "_stamp", unguarded.stamp_of_anybody),), (merging.echo,)),
    "field time": Guard(
        "newest is when the field was set", ((_asking, "_stamp", unguarded.stamp_of_the_thing),), (merging.newest,)
    ),
    "server clock": Guard("times are taken to our clock", ((Hub, "ours", unguarded.servers_time),), (merging.newest,)),
    "oldest first": Guard(
        "movers are taken in oldest first", ((_absorb, "age", constant(0)),), (merging.reopened_by_three,)
    ),
    "refine": Guard(
        "a finer status is no clash with a coarse one",
        ((_merge, "_is_finer", constant(value=False)),),
        (merging.finer_status,),
    ),
    "our words": Guard(
        "whether we moved is judged in our words",
        (
            (_absorb, "moved_here", unguarded.moved_in_their_words),
            (_plan, "moved_here", unguarded.moved_in_their_words),
        ),
        (merging.coarse_status,),
    ),
    "lines": Guard(
        "texts are merged by lines", ((_merge, "_combine_texts", unguarded.whole_texts),), (merging.rich_text,)
    ),
    "form": Guard(
        "other spaces are no difference",
        (
            (_absorb, "equal", unguarded.same_letters),
            (_absorb, "in_step", unguarded.shows_same_letters),
            (_absorb, "_in_our_lines", unguarded.lines_as_seen),
            (_plan, "in_step", unguarded.shows_same_letters),
        ),
        (merging.reformatted,),
    ),
    "empty": Guard(
        "emptiness that was never agreed on is no opinion",
        ((_absorb, "is_empty", constant(value=False)),),
        (merging.learned_field, forgetting.known_to_copies_alone),
    ),
    "held": Guard(
        "nobody's value of a held field travels",
        ((_absorb, "_undo", unguarded.settled_without_clash),),
        (merging.held,),
    ),
    "held, edited here": Guard(
        "an edit here resolves a held field",
        ((pmhub.testing.world, "edit", unguarded.edit_beside_the_conflict),),
        (merging.held_edited_here,),
    ),
    "archive": Guard("a loser is in the archive first", ((Conflicts, "_append", constant(None)),), (merging.newest,)),
    "most missing": Guard(
        "many missing at once are an outage",
        ((_sweep, "_note_missing", unguarded.note_any_number_missing),),
        (deleting.mass_deletion,),
    ),
    "most closed": Guard(
        "many closings at once stop the run", ((_guards, "overrun", constant(None)),), (deleting.mass_closing,)
    ),
    "edit beats delete": Guard(
        "an edit elsewhere beats a deletion",
        ((_sweep, "_edited_elsewhere", constant(value=False)),),
        (deleting.deletion,),
    ),
    "read the others": Guard(
        "also one that no index shows yet", ((_sweep, "read_the_others", constant(None)),), (deleting.late_edit,)
    ),
    "twice missing": Guard("one miss is no deletion", (_paced(misses=1),), (deleting.vanished_for_a_moment,)),
}
