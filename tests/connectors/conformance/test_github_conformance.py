"""The GitHub connector passes the kit, against its simulator over a real socket."""

from github_bench import GitHubBench

from pmhub.testing import ConnectorConformance


class TestGitHub(ConnectorConformance):
    bench = GitHubBench
    crashes = 6
    storms = 2
