"""Issue comments as comments, and what GitHub would hold of one. Pure."""

from __future__ import annotations

from pmhub.sdk import ABSENT, Comment, Fitted, Kind, Native, Observation, Ref, Scope
from pmhub_github import fields, shapes, texts, words
from pmhub_github.shapes import Shape


def comment(scope: Scope, shape: Shape) -> Observation:
    login = shape["user"]["login"]
    reading = reading_of(scope, shape)
    author = reading.author or words.name_of(scope.vocabulary.people, login) or login
    return Observation(
        ref=comment_ref(shape),
        record=Comment(body=reading.text, author=author),
        updated_at=fields.milliseconds(shape["updated_at"]),
        created_at=fields.milliseconds(shape["created_at"]),
        author=login,
        native=shape,
        on=(shape["issue"] or {}).get("node_id"),
        marker=reading.marker,
        visibility=fields.visibility(scope, shape),
        originals={"author": login},
    )


def reading_of(scope: Scope, shape: Native) -> texts.Reading:
    if scope.settings.quoted_mail == "cut":
        return texts.read_answer(shape["body"], ours=bool(shape.get("ours")))
    return texts.read(shape["body"], ours=bool(shape.get("ours")), comment=True)


def comment_ref(shape: Native) -> Ref:
    """`owner/repo#7 (comment 123)`, so that people find it."""
    key = f"{shapes.key_of(shape['html_url'])} (comment {shape['id']})"
    return Ref(Kind.COMMENT, shape["node_id"], key, shape["html_url"])


def fit_comment(record: Comment) -> Fitted:
    author = texts.plain_name(record.author) if record.author else ""
    gone = record.deleted or ABSENT
    fitted = Comment(body=fields.fit_body(record.body), author=author or ABSENT, deleted=gone)
    return Fitted(fitted, fields.lost_text(record.body))
