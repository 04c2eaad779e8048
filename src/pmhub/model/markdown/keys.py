"""How a key says what is markup and what is text: markup is written in short codes behind `MARK`.

    before a leaf   > quote    - bullet    7. number    x task    dN in N items    iN N columns in
    a leaf          h rule     f fence     #N heading   r delimiter row    t row    u underline    l literal    c code
    in a leaf       k code     es ES emphasis and strong    a A link    (url title)    ! image    <tag>    b break    | pipe
                    / next cell    o code or a tag that this line does not close

A stray delimiter keeps its own character, each behind a mark. Codes that need an end are closed by another mark.
"""

from __future__ import annotations

MARK = "\ufdd0"  # a noncharacter; a text that holds it has it doubled
LEAVES = tuple(MARK + code for code in "hf#rtu")  # what a leaf's key begins with when it is not a paragraph's line
OPEN = f"{MARK}o"


def doubled_marks(text: str) -> str:
    return text.replace(MARK, MARK * 2)


def literal(line: str) -> str:
    return f"{MARK}l{line.rstrip()}"
