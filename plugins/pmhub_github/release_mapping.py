"""GitHub's releases as releases, what GitHub would hold of one, and what is sent. Pure."""

from __future__ import annotations

from typing import Any, Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Changes,
    Draft,
    Fitted,
    Kind,
    Observation,
    Ref,
    Refused,
    Release,
    Scope,
    Visibility,
    Vocabulary,
    Words,
)
from pmhub_github import fields, notes, texts
from pmhub_github.settings import UNFIT_FOR_TAGS, VERSION
from pmhub_github.shapes import Shape

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
RELEASE_STATUS: Final = Words({DRAFT: "draft", PUBLISHED: "released"}, {"planned": "draft"})
LONGEST_TAG: Final = 200  # git's limit is 255 bytes for the file of a ref with its directories
NOT_HELD: Final = {"start": "GitHub releases have no start", "date": "GitHub sets the date when a release is published"}


def release(scope: Scope, shape: Shape) -> Observation:
    """A release without a time of its own change (GitHub Enterprise Server) has that of its publication."""
    native = DRAFT if shape["draft"] else PUBLISHED
    published = shape["published_at"]
    version = version_of(scope, shape["tag_name"])
    record = Release(
        version=ABSENT if version is None else version,
        status=words_of(scope.vocabulary).lift(native) or ABSENT,
        date=published[: len("2026-01-01")] if published and not shape["draft"] else ABSENT,
        prerelease=bool(shape["prerelease"]),
        notes=notes.notes_in(shape["body"]),
    )
    return Observation(
        ref=release_ref(shape),
        record=record,
        updated_at=fields.milliseconds(shape["updated_at"] or published or shape["created_at"]),
        created_at=fields.milliseconds(shape["created_at"]),
        author=shape["user"]["login"],
        native=shape,
        marker=texts.read(shape["body"], ours=bool(shape.get("ours"))).marker,
        visibility=visibility(scope, shape),
        originals={"status": native, "version": shape["tag_name"]},
    )


def release_ref(shape: Shape) -> Ref:
    """By the database id, which REST reads a draft by; `owner/repo@v1.0` is what people call it."""
    return Ref(Kind.RELEASE, str(shape["id"]), shape["key"], shape["html_url"])


def visibility(scope: Scope, shape: Shape) -> Visibility:
    """A draft is seen only by those who may write (docs: "About releases")."""
    shown = fields.visibility(scope, shape)
    return min(shown, Visibility.MEMBERS) if shape["draft"] else shown


def words_of(vocabulary: Vocabulary) -> Words:
    return vocabulary.words.get("status", RELEASE_STATUS)


def native_status(vocabulary: Vocabulary, status: str) -> str | None:
    """None for a word that says nothing here: what is archived elsewhere stays as it is."""
    native = (words_of(vocabulary).lower(status) or "").casefold()
    return native if native in {DRAFT, PUBLISHED} else RELEASE_STATUS.lower(status)


def version_of(scope: Scope, tag: str) -> str | None:
    """None for a tag that does not follow the scope's template."""
    before, _, after = scope.settings.tag.partition(VERSION)
    long_enough = len(tag) > len(before) + len(after)
    return (
        tag[len(before) : len(tag) - len(after)]
        if long_enough and tag.startswith(before) and tag.endswith(after)
        else None
    )


def tag_of(scope: Scope, version: str | Absent | None) -> str | None:
    """None where that would be no tag."""
    plain = " ".join(version.split()) if isinstance(version, str) else ""
    tag = scope.settings.tag.replace(VERSION, plain)
    return tag if plain and len(tag.encode()) <= LONGEST_TAG and not UNFIT_FOR_TAGS.search(tag) else None


def fit_release(scope: Scope, record: Release) -> Fitted:
    tag = tag_of(scope, record.version)
    fitted = Release(
        version=ABSENT if tag is None else (version_of(scope, tag) or ABSENT),
        status=fit_status(scope, record.status),
        prerelease=ABSENT if isinstance(record.prerelease, Absent) else bool(record.prerelease),
        notes=ABSENT if isinstance(record.notes, Absent) else notes.fit_notes(record.notes),
    )
    return Fitted(fitted, lost(record, fitted))


def fit_status(scope: Scope, status: str | Absent | None) -> str | Absent:
    native = native_status(scope.vocabulary, status) if status else None
    return ABSENT if native is None else (words_of(scope.vocabulary).lift(native) or ABSENT)


def lost(record: Release, fitted: Release) -> dict[str, str]:
    found = fields.lost_text(record.notes, "notes")
    found |= {name: why for name, why in NOT_HELD.items() if getattr(record, name)}
    if record.version and fitted.version is ABSENT:
        found["version"] = f"{record.version!r} cannot stand in a tag's name"
    if record.status and fitted.status is ABSENT:
        found["status"] = f"GitHub has no {record.status!r} for releases"
    return found


def new_release(draft: Draft) -> dict[str, Any]:
    """Always a draft: publishing is a step of its own. Raises Refused."""
    record = draft.record
    assert isinstance(record, Release)  # noqa: S101 - narrows the type; the caller chose by kind
    tag = wanted_tag(draft.scope, record.version)
    fence = notes.fenced(texts.body(record.notes)) if record.notes else ""
    return {
        "tag_name": tag,
        "name": version_of(draft.scope, tag),
        "body": texts.composed(fence, marker=draft.marker),
        "draft": True,
        "prerelease": bool(record.prerelease),
    }


def edited_release(scope: Scope, over: Observation, changes: Changes) -> dict[str, Any]:
    """Raises Refused for what GitHub or we never do. Without `tag_name` GitHub would take a draft's tag away (jdx/communique#241)."""
    native = over.native
    payload: dict[str, Any] = {}
    if isinstance(version := changes.get("version"), str):
        payload |= edited_version(scope, over, version)
    if "prerelease" in changes and bool(changes["prerelease"]) != native["prerelease"]:
        refuse_if_immutable(over, "prerelease")
        payload["prerelease"] = bool(changes["prerelease"])
    if "notes" in changes and isinstance(text := changes["notes"], str | None):
        payload |= edited_notes(native["body"], text)
    if isinstance(status := changes.get("status"), str):
        payload |= edited_status(scope, over, status)
    return {"tag_name": native["tag_name"], **payload} if payload else {}


def edited_notes(body: str, text: str | None) -> dict[str, Any]:
    """No notes need no fence."""
    return {"body": notes.with_notes(body, text)} if text or notes.notes_in(body) is not None else {}


def edited_version(scope: Scope, over: Observation, version: str) -> dict[str, Any]:
    """A title that only repeats the version follows it."""
    old, tag = over.native["tag_name"], wanted_tag(scope, version)
    if tag == old:
        return {}
    if not over.native["draft"]:
        raise Refused(
            f"{over.ref.key} is published: its tag stays",
            field="version",
            hint="Give the version its old name again, or make a new release.",
        )
    repeats = over.native["name"] in {old, version_of(scope, old)}
    return {"tag_name": tag} | ({"name": version_of(scope, tag)} if repeats else {})


def edited_status(scope: Scope, over: Observation, status: str) -> dict[str, Any]:
    """The newest version stays the latest release also when an older one is published after it (`make_latest`)."""
    native = native_status(scope.vocabulary, status)
    if native == PUBLISHED and over.native["draft"]:
        return {"draft": False, "make_latest": "legacy"}
    if native == DRAFT and not over.native["draft"]:
        raise Refused(
            f"{over.ref.key} is published: it is not taken back",
            field="status",
            hint="Set it back to released, or turn the release into a draft by hand in GitHub.",
        )
    return {}


def wanted_tag(scope: Scope, version: str | Absent | None) -> str:
    tag = tag_of(scope, version)
    if tag is None:
        raise Refused(
            f"{version or 'nothing'!r} cannot stand in a tag's name",
            field="version",
            hint="Tags hold no spaces and none of ~ ^ : ? * [ \\, and are not too long: give the version another name.",
        )
    return tag


def refuse_if_immutable(over: Observation, name: str) -> None:
    """Of an immutable release only title and notes can be changed (docs: "Immutable releases")."""
    if over.native["immutable"]:
        raise Refused(
            f"{over.ref.key} is immutable: GitHub changes only its title and notes",
            field=name,
            hint="Leave it as it is, or make a new release.",
        )
