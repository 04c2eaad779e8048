"""A read from its first sending to its answer: redirects, repetitions, what was not modified. Several may be under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pmhub.errors import Refused, Unavailable
from pmhub.http import answers, waits
from pmhub.http.account import Account
from pmhub.http.answers import Answer, answer, target_of
from pmhub.http.call import Call
from pmhub.http.hops import next_hop
from pmhub.http.reply import Lost, Reply, TryAgain
from pmhub.http.retry import Retry
from pmhub.http.sender import Sender
from pmhub.model.lean import dataclass

MAX_HOPS: Final = 5
OK: Final = 200


@dataclass(frozen=True)
class Told:
    """`fresh`: the reply that a later conditional request may stand on; who takes the answer stores it."""

    answer: Answer
    fresh: Reply | None = None


@dataclass(frozen=True)
class Reader:
    account: Account
    sender: Sender
    retry: Retry
    clock: Callable[[], int]

    def ask(self, call: Call) -> Told:
        try:
            return self.retry.read(lambda: self._follow(call))
        except Lost as error:
            failure = Unavailable(error.message, hint=error.hint)
        raise failure

    def _follow(self, call: Call) -> Told:
        hop = call
        for _ in range(MAX_HOPS + 1):
            reply = self.sender.send(hop)
            if reply.status not in answers.REDIRECTS or reply.status in call.accept:
                return self._settled(hop, reply)
            hop = next_hop(self.account, hop, target_of(reply), reply.status, self.sender.secrets.redact)
        raise Refused(f"{call.what}: redirected more than {MAX_HOPS} times")

    def _settled(self, call: Call, reply: Reply) -> Told:
        if reply.status == answers.NOT_MODIFIED and call.stored is not None:
            return Told(answer(reply, call.stored[1], held=call.stored[0]))
        if reply.status in call.accept and not answers.is_success(reply.status):
            return Told(answer(reply, answers.parse_leniently(reply)))
        if answers.is_refusal(reply.status):
            raise self.sender.refusal(call, reply)
        if not answers.is_success(reply.status):
            raise TryAgain(self.sender.said(call, reply), after=waits.retry_after(reply.headers, self.clock()))
        found = call.answered(reply, TryAgain)
        return Told(found, reply if call.conditional and reply.status == OK else None)
