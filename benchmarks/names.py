"""What things are called on both services, and the secrets that are none."""

REPO, PROJECT = "example/shop", "SHOP"
GITHUB_TOKEN, JIRA_TOKEN = "fake-token-github", "fake-token-jira"
BOT, BOT_MAIL, PERSON = "pmhub-bot", "bot@example.com", "octocat"
