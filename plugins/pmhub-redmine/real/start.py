"""Starts a real Redmine 5 (Debian's packages) on loopback, with REST on, two accounts with known keys and a custom field.

Opt-in: it needs root and Debian 12. What Redmine depends on is installed; Redmine itself is only unpacked, and its Rails run
by hand: the post-install step of its package fails where bundler takes gems of other packages for missing.
"""
# ruff: noqa: INP001, S603, S607 - a script of fixed commands

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PACKAGES = ("redmine", "redmine-sqlite")
DATABASE = "production:\n  adapter: sqlite3\n  database: {path}\n  timeout: 5000\n"
SEED = """
Setting.rest_api_enabled = '1'
Setting.text_formatting = 'common_mark'
def account(login, key, admin)
  user = User.find_by_login(login) || User.new(firstname: login.capitalize, lastname: 'Example')
  user.mail = "#{login}@example.com"
  user.login, user.admin, user.language, user.mail_notification = login, admin, 'en', 'none'
  user.password = user.password_confirmation = 'fake-password-1'
  user.save!
  Token.where(user_id: user.id, action: 'api').delete_all
  Token.create!(user: user, action: 'api').update_column(:value, key)
  user
end
people = [account('pmhub', 'fake0key0pmhub00000000000000000000000001', true),
          account('ann', 'fake0key0ann0000000000000000000000000002', false)]
project = Project.find_by_identifier('shop') || Project.new(name: 'Shop', identifier: 'shop', is_public: false)
project.enabled_module_names, project.trackers = %w[issue_tracking], Tracker.all.to_a
project.save!
people.each do |person|
  next if project.members.where(user_id: person.id).exists?
  Member.create!(project: project, user: person, roles: [Role.find_by(name: 'Manager')])
end
field = IssueCustomField.find_by(name: 'pmhub') || IssueCustomField.new(name: 'pmhub', field_format: 'string')
field.is_for_all, field.trackers = true, Tracker.all.to_a
field.save!
puts "marker_field = #{field.id}"
"""


def run(*command: str, env: dict[str, str], cwd: Path) -> None:
    subprocess.run(command, env=env, cwd=cwd, check=True)


def dependencies() -> list[str]:
    """Of several that would do, the first."""
    told = subprocess.run(["apt-cache", "depends", *PACKAGES], capture_output=True, text=True, check=True).stdout
    wanted: list[str] = []
    other_follows = False
    for or_else, name in re.findall(r"^ ([ |])Depends: (\S+)$", told, re.MULTILINE):
        if not other_follows and not name.startswith(("<", "redmine")):
            wanted.append(name)
        other_follows = or_else == "|"
    return wanted


def unpack(folder: Path) -> Path:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=env, check=True)
    needed = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "puma", *dependencies()]
    subprocess.run(needed, env=env, check=True)
    subprocess.run(["apt-get", "download", "-qq", "redmine"], cwd=folder, check=True)
    package = next(folder.glob("redmine_*.deb"))
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder / "unpacked")], check=True)
    return folder / "unpacked/usr/share/redmine"


def lay_out(folder: Path, unpacked: Path) -> Path:
    """A copy that may be written to, with a Gemfile that asks for nothing but what is installed."""
    app = folder / "app"
    shutil.rmtree(app, ignore_errors=True)
    dangling = shutil.ignore_patterns("instances", "Gemfile.lock", "database.yml")
    shutil.copytree(unpacked, app, ignore=dangling, ignore_dangling_symlinks=True)
    gems = (unpacked / "Gemfile").read_text("utf-8").partition("# Include database gems")[0]
    gems = re.sub(r"^source .*\n", "", gems, flags=re.MULTILINE)
    (app / "Gemfile").write_text(gems + "gem 'sqlite3'\ngem 'puma'\n")
    for name in ("config", "files", "log", "tmp", "plugins", "public"):
        (app / "instances/default" / name).mkdir(parents=True)
    for name in ("tmp", "log", "files", "plugins", "public/plugin_assets"):
        (app / name).mkdir(parents=True, exist_ok=True)
    database = DATABASE.format(path=folder / "redmine.db")
    (app / "instances/default/config/database.yml").write_text(database)
    return app


def settings(app: Path) -> dict[str, str]:
    own = {
        "RAILS_ENV": "production",
        "SCHEMA": os.devnull,
        "REDMINE_LANG": "en",
        "SECRET_KEY_BASE": "fake-secret-for-tests-on-loopback-only",
        "RUBYOPT": "-W0",
        "BUNDLE_GEMFILE": str(app / "Gemfile"),
    }
    return {**os.environ, **own}


def start(app: Path, env: dict[str, str], port: int) -> subprocess.Popen[bytes]:
    command = ["puma", "-e", "production", "-b", f"tcp://127.0.0.1:{port}", "-t", "4:4", "-w", "0", "config.ru"]
    with (app.parent / "puma.log").open("wb") as log:
        return subprocess.Popen(command, cwd=app, env=env, stdout=log, stderr=log, start_new_session=True)


def answers(url: str) -> bool:
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{url}/login", timeout=5)
    except (urllib.error.URLError, OSError):
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="for the copy, the database and the log")
    parser.add_argument("--port", type=int, default=3999)
    given = parser.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    app = lay_out(folder, unpack(folder))
    env = settings(app)
    run("ruby", "bin/rake", "db:migrate", env=env, cwd=app)
    run("ruby", "bin/rake", "redmine:load_default_data", env=env, cwd=app)
    (folder / "seed.rb").write_text(SEED)
    run("ruby", "bin/rails", "runner", str(folder / "seed.rb"), env=env, cwd=app)
    server, url = start(app, env, given.port), f"http://127.0.0.1:{given.port}"
    while server.poll() is None and not answers(url):
        time.sleep(0.5)
    if server.poll() is not None:
        sys.exit(f"it did not start: see {folder / 'puma.log'}")
    sys.stdout.write(f"PMHUB_REDMINE_URL={url}\nstop it with: kill {server.pid}\n")


if __name__ == "__main__":
    main()
