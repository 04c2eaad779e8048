"""Random texts in Jira's wiki markup: blocks of every sort, with what Markdown cannot say. Each word of a text is its own."""

from __future__ import annotations

import random
from collections.abc import Callable

_RUNS = [
    "{}", "{} {}", "*{}*", "_{}_", "+{}+", "-{}-", "^{}^", "{{{{{}}}}}", "{{color:red}}{}{{color}}", "[{}|https://example.com/{}]", "!{}.png|thumbnail!",
    "{{anchor:{}}}", "[~{}]", "??{}??", "{} :)", "[^{}.txt]", "https://example.com/{}", "{} & {}", "a_b {}", r"\*{}\*", "{} (x)", "{{*}}{}{{*}}x",
]  # fmt: skip


class RandomWiki:
    """`blocks` are those of the last text, in order."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.blocks: list[str] = []

    def text(self) -> str:
        makers: list[Callable[[], str]] = [
            self._line, self._line, self._paragraph, self._heading, self._list, self._table, self._code, self._quote, self._panel, self._rule,
        ]  # fmt: skip
        self.blocks = [self.random.choice(makers)() for _ in range(self.random.randint(2, 7))]
        gaps = ["\n\n", "\n\n\n", "\n \n", "\r\n\r\n"]
        return "".join(block + self.random.choice(gaps) for block in self.blocks)

    def word(self) -> str:
        self.count += 1
        return f"w{self.count}x{self.random.randint(0, 999)}"

    def _line(self) -> str:
        runs = [self.random.choice(_RUNS) for _ in range(self.random.randint(1, 4))]
        return " ".join(run.format(self.word(), self.word()) for run in runs)

    def _paragraph(self) -> str:
        return "\n".join(self._line() for _ in range(self.random.randint(1, 3)))

    def _heading(self) -> str:
        return f"h{self.random.randint(1, 6)}. {self._line()}"

    def _list(self) -> str:
        signs = self.random.choice(["*", "#", "-"])
        depths = [1, *(self.random.randint(1, 2) for _ in range(self.random.randint(0, 3)))]
        return "\n".join(f"{signs * depth if signs != '-' else '-'} {self._line()}" for depth in depths)

    def _table(self) -> str:
        head = "||" + "||".join(self.word() for _ in range(2)) + "||"
        rows = ["|" + "|".join(self.word() for _ in range(2)) + "|" for _ in range(self.random.randint(1, 2))]
        return "\n".join([head, *rows])

    def _code(self) -> str:
        name, argument = self.random.choice(
            [("code", ":java"), ("noformat", ""), ("code", ":title=a b|java"), ("code", "")]
        )
        return f"{{{name}{argument}}}\n{self.word()} = {self.word()}\n{{{name}}}"

    def _quote(self) -> str:
        return self.random.choice([f"bq. {self._line()}", f"{{quote}}\n{self._line()}\n\n{self._line()}\n{{quote}}"])

    def _panel(self) -> str:
        return f"{{panel:title={self.word()}|borderColor=#ccc}}\n{self._paragraph()}\n{{panel}}"

    def _rule(self) -> str:
        return "----"
