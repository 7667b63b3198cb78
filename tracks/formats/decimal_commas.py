"""Whether what a curator said of decimal commas fits the numbers of a table."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tracks.formats.contract import ParseReport, Place, gettext_noop

# In so many rows a decimal comma shows, or a point where a comma was said to be.
_LOOKED_AT = 1_000


def tell_of_commas(
    plain: Sequence[pl.Series], angles: Sequence[pl.Series], comma: bool, report: ParseReport, place: Place
) -> None:
    """Tell the curator where the first rows show that it is evidently wrong.

    Args:
        plain: columns of numbers of all sizes: in these a comma before three digits parts the thousands.
        angles: columns of latitudes and longitudes.
        comma: whether numbers were said to have a decimal comma.
    """
    point = commas = ""
    for texts in (*plain, *angles):
        first = texts.head(_LOOKED_AT).drop_nulls().str.strip_chars()
        with_comma = first.filter(first.str.contains(r"^[+-]?\d+,\d+$"))
        if any(texts is column for column in plain):
            with_comma = with_comma.filter(~with_comma.str.contains(r"^[+-]?[1-9]\d{0,2},\d{3}$"))
        with_point = first.filter(first.str.contains(r"^[+-]?\d+\.\d+$"))
        commas = commas or (with_comma[0] if len(with_comma) else "")
        point = point or (with_point[0] if len(with_point) else "")
    if commas and not comma and not point:  # else commas part the thousands
        report.warn(
            gettext_noop(
                "“%(text)s” seems to have a decimal comma, but the numbers of this table were said to have none. "
                "Correct it on the page “Columns”."
            ),
            place,
            text=commas,
        )
    if comma and point and not commas:
        report.warn(
            gettext_noop(
                "The numbers of this table were said to have a decimal comma, but none of the first has one, and "
                "“%(text)s” has a point: its values may be wrong by a factor of 1,000. Correct it on the page "
                "“Columns”."
            ),
            place,
            text=point,
        )
