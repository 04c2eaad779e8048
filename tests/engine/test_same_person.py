"""Who may be one person on two remotes: by e-mail, by login, by name, one to one, and never guessed."""

from __future__ import annotations

from pmhub.engine.same_person import propose_people
from pmhub.model.discovery import Account


def proposed(here, there):
    found = propose_people({"a": here, "b": there})
    return [(one.name, one.by, {place: account.id for place, account in one.accounts.items()}) for one in found]


def test_an_email_says_who_somebody_is_whatever_its_case() -> None:
    here, there = Account("1", "Ann Example", "ann@example.com"), Account("x", email=" Ann@Example.com")
    assert proposed([here], [there]) == [("ann-example", "e-mail", {"a": "1", "b": "x"})]


def test_an_email_that_two_show_is_nobodys() -> None:
    here = [Account("1", email="team@example.com"), Account("2", email="team@example.com")]
    assert proposed(here, [Account("x", email="team@example.com")]) == []


def test_a_login_may_be_the_front_of_an_email() -> None:
    assert proposed([Account("1", email="asample@example.com")], [Account("x", login="ASample")])[0][1] == "login"


def test_a_first_name_alone_is_many_peoples() -> None:
    assert proposed([Account("1", "Ann")], [Account("x", "Ann")]) == []


def test_the_order_of_names_does_not_matter() -> None:
    assert proposed([Account("1", "Ann Example")], [Account("x", "Example Ann")])[0][1] == "display name"


def test_bots_are_nobody() -> None:
    here, there = Account("1", "Build Bot", bot=True), Account("x", "Build Bot", bot=True)
    assert proposed([here], [there]) == []


def test_each_account_is_proposed_once_and_each_name_is_one_persons() -> None:
    here = [Account("1", "Ann Example", "a@example.com"), Account("2", "Ann Example", "b@example.com")]
    there = [Account("x", email="a@example.com"), Account("y", email="b@example.com")]
    assert [name for name, _, _ in proposed(here, there)] == ["ann-example", "ann-example-2"]
