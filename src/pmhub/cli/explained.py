"""What every error code and every exit code means and asks for: `pmhub explain`, `pmhub help exit-codes` and docs/errors.md
are made of it. A code is for good; one that is no longer raised keeps its text.
"""

from __future__ import annotations

from collections.abc import Mapping

from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Explained:
    headline: str
    means: str
    remedy: str


ERRORS: Mapping[str, Explained] = {
    "PM001": Explained(
        "unexpected",
        "Something happened that nobody thought of: a defect of pmhub or of a plugin. Nothing is lost: what was sent is "
        "written down, and the next run goes on from there.",
        "Run it again with -vv and report the traceback. If a plugin of yours stands in it, block it under [plugins] "
        "and try once more.",
    ),
    "PM002": Explained(
        "the command line was not understood",
        "A command, an option or a value that pmhub does not know, or two that do not go together. Nothing was done.",
        "`pmhub help COMMAND` shows what a command takes.",
    ),
    "PM003": Explained(
        "what was asked for cannot be done",
        "The command is understood, and cannot be carried out as it stands. Nothing was changed.",
        "The message says why, and the hint what to do instead.",
    ),
    "PM010": Explained(
        "nothing is called so",
        "No item, connection, sync, run, release, field or conflict has this name. Items are known from what earlier "
        "runs read, so a new one is not known yet.",
        "The hint lists what there is. For an item: give its key, its address or our id; `pmhub plan` reads what is new.",
    ),
    "PM011": Explained(
        "more than one thing is called so",
        "Two tools may use one key, and an id may be cut too short. pmhub does not guess which is meant.",
        "The message lists them with their ids: give one of these.",
    ),
    "PM012": Explained(
        "a value cannot be read",
        "A date, a number or a duration is not written as one, or lies where nothing is known.",
        "The hint shows the form. Durations: 90s, 30m, 2h, 1d. Days: 2026-05-31.",
    ),
    "PM013": Explained(
        "a file cannot be used",
        "A file that the command line names cannot be read or written, is there already, or is not what it should be.",
        "Check the path and its permissions. Plan files come from `pmhub plan -o FILE` of the same version.",
    ),
    "PM014": Explained(
        "the plan is stale",
        "Since the plan was made a tool or the configuration changed, so what it says is not what would be done now. "
        "`pmhub apply` does exactly the plan or nothing: nothing was written.",
        "Make a new plan with `pmhub plan -o FILE`, look at it, and apply that.",
    ),
    "PM015": Explained(
        "these cannot be one item",
        "Two things are one item only when they are of one kind, in one sync and on different remotes; and an item needs "
        "at least one thing that stands for it.",
        "`pmhub show ITEM` tells where each stands. `pmhub unlink` takes one out first.",
    ),
    "PM016": Explained(
        "a template cannot be used",
        "A template of release notes is not there, cannot be read, or fails on a line.",
        "The message names the template and the line. The shipped ones are customer, internal and developer.",
    ),
    "PM020": Explained(
        "the configuration cannot be used",
        "pmhub.toml was read and says something that cannot be: every finding is listed with its line. Nothing was read "
        "from or written to any tool.",
        "Mend what is listed and look again with `pmhub config check`. docs/configuration.md shows every setting.",
    ),
    "PM021": Explained(
        "there is no configuration",
        "pmhub looks at --config, then at PMHUB_CONFIG, then for pmhub.toml here and in every folder above.",
        "Go to the workspace's folder, name the file with --config, or write one with `pmhub init`.",
    ),
    "PM022": Explained(
        "the configuration cannot be read",
        "The file is there, but it is no TOML in UTF-8, or this account may not read it.",
        "The message names the line. Often a quote or a bracket is not closed on the line before.",
    ),
    "PM023": Explained(
        "the configuration is of another version",
        "`version` says which rules the file was written by. This pmhub does not know these, and guesses nothing.",
        "Update pmhub. For a file that is older than pmhub: `pmhub config migrate`.",
    ),
    "PM024": Explained(
        "a secret is not there",
        "A token or password could not be fetched from where the configuration says: a variable that is not set, a file "
        "that cannot be read, a program that failed. No tool was asked for anything.",
        "Put it there for the account that runs pmhub: cron and systemd do not read your shell's profile. "
        "`pmhub config check` tries all of them.",
    ),
    "PM030": Explained(
        "a plugin is broken",
        "It could not be loaded, was written for another interface, or failed while it was asked for something. It is "
        "skipped; the rest works.",
        "`pmhub plugins list` tells more. Update or uninstall it, or block it under [plugins].",
    ),
    "PM040": Explained(
        "the database cannot be used",
        "SQLite, the file system or the server refuses: no permission, a full disk, a wrong password, a server that is away, or "
        "another program that holds the database.",
        "The hint names the remedy. Nothing is lost: what was not stored is read or sent again by the next run.",
    ),
    "PM041": Explained(
        "the database is damaged",
        "The file is not what SQLite wrote: a failing disk, a copy that was made while pmhub ran, or another program.",
        "Move it away and restore a backup, or begin without: pmhub finds its things again by their markers. See "
        "docs/operations.md before the first run after it.",
    ),
    "PM042": Explained(
        "the database is newer than this pmhub",
        "A newer version worked on it and changed its form.",
        "Use that version again, or restore the backup it left beside the file (pmhub.vN.backup), of a server your dump.",
    ),
    "PM050": Explained(
        "another run holds the workspace",
        "Only one run works on a workspace at a time. The lock ends with its process, however it ends: there is never one "
        "to clean up.",
        "Wait, or give --wait SECONDS. If runs of cron overlap often, run less often or narrow them to single syncs.",
    ),
    "PM060": Explained(
        "a guard stopped this before the first write",
        "What was planned is more than the limits allow: too many edits, too many closings, a first write to a public "
        "place, or a database that seems to have been lost. Nothing was written.",
        "Look at `pmhub plan`. If it is what you want: --max-changes N or --allow-public for this once, [guards] for good. "
        "If it is not, something upstream changed: a filter, a status map, a repository that is public now.",
    ),
    "PM070": Explained(
        "a tool did not do what was asked",
        "The connector met something that it has no finer word for.",
        "The next run tries again. If it stays, `pmhub doctor` looks closer.",
    ),
    "PM071": Explained(
        "credentials or permission",
        "The tool does not know this account, or the account may not do this. Nothing on this connection works until "
        "that is mended; the others go on.",
        "Check that the token is valid and what its account may do: `pmhub doctor` names what is missing. "
        "A new token takes effect with the next run.",
    ),
    "PM072": Explained(
        "the tool refuses this",
        "It answered, and will not take this write as it stands: a field that is required, a value that is too long, a "
        "rule of the workflow. Other items are not held up. After two runs it is given up.",
        "The message quotes the tool. Change the item or the mapping; `pmhub errors list` shows all of them, "
        "`pmhub errors retry` takes one up again, `pmhub errors ignore` leaves it.",
    ),
    "PM073": Explained(
        "the thing is not there",
        "It was deleted, moved, or is hidden from this account. A deletion is only believed after a second look.",
        "Usually nothing: the next run settles it by the sync's `deleted` policy. If it is only hidden, give the account access.",
    ),
    "PM074": Explained(
        "the tool asks to wait",
        "Its limit of requests is used up. Nothing was done and nothing is lost: the tool is left alone until the time "
        "that it named, by later runs too.",
        "Nothing: the next run goes on. If it comes often, run less often or use an account of its own, whose limit "
        "nobody else uses up.",
    ),
    "PM075": Explained(
        "the tool does not answer",
        "It is down, not reachable from here, or gave no usable answer. The other tools go on.",
        "Usually nothing: the next run tries again. If it stays: check the address, the proxy, the certificates and the "
        "tool's own status page.",
    ),
    "PM076": Explained(
        "it is not known whether a write arrived",
        "The connection broke after the request was sent. pmhub writes nothing again before it has seen how things stand.",
        "Nothing: the next run finds out. Do not repeat the write by hand.",
    ),
    "PM077": Explained(
        "the tool's list went on elsewhere",
        "While a long list was read it changed, or its continuation is no longer accepted.",
        "Nothing: the next run begins the list anew.",
    ),
    "PM078": Explained(
        "the time of this run is over",
        "--max-time ended before the tool was read to its end. The place is kept.",
        "Nothing: the next run reads on from there. If it never comes to an end, give more time.",
    ),
    "PM080": Explained(
        "a value was withheld",
        "More people can read the target than the source, and no rule of the configuration names this flow.",
        "Leave it, or allow the flow under [[visibility]].",
    ),
    "PM081": Explained(
        "a word has no translation",
        'The tool uses a word that the map of the field does not have, and the field says unmapped = "error". '
        "The field is left alone there; everything else goes on.",
        'Give the word a place in the map, or write unmapped = "skip" or "keep".',
    ),
}


EXIT_CODES: Mapping[int, Explained] = {
    0: Explained("ok", "All is done, or there was nothing to do.", "Nothing."),
    1: Explained(
        "error",
        "The command could not do its work: the configuration, a file, a name, the database, or a defect. "
        "For `doctor`: something would fail. For `status --max-age`: a sync was not brought up to date for so long.",
        "Read the message: it names what to mend. Running it again changes nothing before that.",
    ),
    2: Explained("wrong usage", "The command line was not understood; nothing was done.", "`pmhub help COMMAND`."),
    3: Explained(
        "some items failed",
        "The run went through, and a tool refuses some writes. All other items are up to date.",
        "`pmhub errors list` shows each with the tool's words: mend it there, change the mapping, or ignore it.",
    ),
    4: Explained(
        "credentials or permission",
        "A connection does not let us in, or not far enough. Nothing on it works; the others are up to date.",
        "Renew the token or grant what `pmhub doctor` names. Until then every run ends so.",
    ),
    5: Explained(
        "temporary: try again later",
        "A tool is down or asks to wait, or --max-time was over. What was done stays done.",
        "Nothing: the next run goes on. Raise an alarm only when it lasts: `pmhub status --max-age 2h`.",
    ),
    6: Explained(
        "conflicts wait for a person",
        "Fields were changed on both sides and the configuration says to hold them, or it is not sure which things are "
        "one. The rest is up to date.",
        "`pmhub conflicts list`, then `pmhub conflicts resolve`; for questions `pmhub plan`, then `pmhub link`.",
    ),
    7: Explained(
        "another run holds the workspace",
        "Nothing was done.",
        "Nothing, when it is seldom; --wait SECONDS waits for it.",
    ),
    8: Explained(
        "a guard stopped the run",
        "More would be changed than the limits allow, or text would become public. Nothing was written.",
        "Look at `pmhub plan` and decide: raise the limit for once, or mend what caused it. Every run ends so until then.",
    ),
    9: Explained(
        "the release is not ready (gate)",
        "`pmhub gate` found something that stands against it and names it. Nothing is wrong with the run.",
        "See to what it lists, or change [gate].",
    ),
    10: Explained(
        "there are changes (plan --detailed-exitcode)",
        "A sync would change something. Only `pmhub plan --detailed-exitcode` ends so.",
        "Look at the plan; `pmhub sync` or `pmhub apply` does it.",
    ),
    130: Explained(
        "interrupted", "Ctrl-C, or SIGINT. What was sent is written down.", "Nothing: the next run goes on."
    ),
    143: Explained("terminated", "SIGTERM, as from systemd or at shutdown.", "Nothing: the next run goes on."),
}
PRECEDENCE = (8, 4, 1, 5, 3, 6)
"""When several hold, the first of these is told. `sync/report.py` decides; a test holds the two together."""
