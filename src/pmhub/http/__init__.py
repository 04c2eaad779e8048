"""The one transport under every connector. Importing it is cheap: httpx and tenacity come in with the first Client."""

from pmhub.http.account import Account, identity_of
from pmhub.http.answers import Answer
from pmhub.http.client import Client
from pmhub.http.metrics import Exchange, Metrics, template_of
from pmhub.http.pace import Budget, Pace
from pmhub.http.redact import SecretFilter, Secrets, redact
from pmhub.http.reply import Reply
from pmhub.http.validators import MemoryValidators, Validator, Validators

__all__ = [
    "Account",
    "Answer",
    "Budget",
    "Client",
    "Exchange",
    "MemoryValidators",
    "Metrics",
    "Pace",
    "Reply",
    "SecretFilter",
    "Secrets",
    "Validator",
    "Validators",
    "identity_of",
    "redact",
    "template_of",
]
