"""A table of any length: never wider than the terminal, nothing cut, and laid out a page of rows at a time."""

from itertools import chain, repeat

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len
from support.desk import RUN, command, says, user

from revoker.cli.shown.listing import Line, Row, Titles, fitted, listing
from revoker.cli.shown.stacked import stacked

TITLES = Titles(("USER", "OUTCOME", "WHY"), whole=1)
NAMES = st.text(st.characters(categories=["L", "N"]) | st.sampled_from("@.- 伊"), max_size=80)


@given(
    rows=st.lists(st.tuples(NAMES, st.sampled_from(["verified", "already_revoked"]), NAMES), min_size=1),
    room=st.integers(30, 160),
)
def test_no_line_is_wider_than_the_room_and_nothing_is_cut(rows: list[tuple[str, str, str]], room: int) -> None:
    """Whatever the names are, those of Chinese characters too, which take two cells each."""
    lines = [line.text for line in chain(*listing(TITLES, map(Row, rows), room))]

    assert all(cell_len(line) <= room for line in lines)
    said, shown = sorted("".join("".join(row) for row in rows)), sorted("".join(lines[1:]))
    assert [char for char in said if char != " "] == [char for char in shown if char != " "]


@pytest.mark.parametrize(
    ("widths", "room", "expected"),
    [
        ((12, 8, 36), 160, [12, 8, 36]),  # there is room: each column has what it needs, and no more
        ((12, 8, 36), 60, [12, 8, 36]),
        ((12, 8, 36), 50, [12, 8, 26]),
        ((40, 8, 36), 60, [24, 8, 24]),
        ((12, 15, 36, 60), 62, [12, 15, 14, 15]),
        ((40, 15, 36), 5, [1, 15, 1]),
    ],
)
def test_what_one_column_does_not_need_goes_to_the_others(
    widths: tuple[int, ...], room: int, expected: list[int]
) -> None:
    """The outcome keeps its width; the others share what is left."""
    assert expected == fitted(widths, room, 1)


def test_an_id_breaks_where_its_column_ends_and_prose_at_spaces() -> None:
    """Each piece stands in its own column."""
    rows = [Row(("a.very.long.name@contoso.com", "failed", "asked for as another"), "red")]

    assert [
        Line("USER             OUTCOME  WHY", "bold"),
        Line("a.very.long.nam  failed   asked for as", "red"),
        Line("e@contoso.com             another", "red"),
    ] == list(chain(*listing(TITLES, rows, 41)))


def test_the_first_rows_do_not_wait_for_the_last() -> None:
    """Of rows without end the first page is laid out at once."""
    assert 1001 == len(next(listing(TITLES, repeat(Row(("a", "failed", "b"))), 80)))


def test_a_column_grows_with_what_comes() -> None:
    """A longer outcome on a later page moves the columns after it, and titles are written once."""
    rows = [*repeat(Row(("a", "failed", "b")), 1000), Row(("a", "already_revoked", "b"))]
    lines = [line.text for line in chain(*listing(TITLES, rows, 80))]

    assert ["USER  OUTCOME  WHY", "a     failed   b"] == lines[:2]
    assert (1002, "a     already_revoked  b") == (len(lines), lines[-1])


def test_a_block_does_not_repeat_the_one_before() -> None:
    """Of users alike each has a line; the next that differs has its own words again."""
    alike = [Row((name, "cancelled", "run_cancelled", "resume")) for name in ("a@b.de", "c@d.de")]
    rows = [*alike, Row(("e@f.de", "failed", "", "retry")), alike[0]]

    assert [
        *("a@b.de  cancelled", "  run_cancelled", "  resume", "c@d.de  cancelled"),
        *("e@f.de  failed", "  retry", "a@b.de  cancelled", "  run_cancelled", "  resume"),
    ] == [line.text for line in chain(*stacked(rows, 60))]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Run 01a20aec-5611 lists no user yet.\n"),
        (("--outcome", "failed", "refused"), "No user of run 01a20aec-5611 is failed or refused.\n"),
    ],
)
def test_no_user_is_said(options: tuple[str, ...], said: str) -> None:
    """An empty table would leave open whether the command worked."""
    none = says(200, {"users": [], "cursor": None})
    ended = command("users", RUN, *options, answers=[none] * (2 if options else 1))

    assert (0, "", said) == (ended.code, ended.out, ended.err)


def test_a_tenants_users_are_written_as_the_pages_come() -> None:
    """The third page has not been asked for when the first is shown: it fails, and what came before stands there."""
    pages = [says(200, {"users": [user(n) for n in range(1000)], "cursor": "c"}) for _ in range(2)]
    ended = command("users", RUN, answers=[*pages, says(404, {"title": "Not found", "detail": "No such cursor."})])

    assert (2, 2001) == (ended.code, len(ended.out.splitlines()))
