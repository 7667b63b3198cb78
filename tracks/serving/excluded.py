"""What a flight does not show, for those who may see what was cut away: never part of what is published."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracks.models import Edit, Flight
from tracks.models.cut_away import CutAway, cut_away_from
from tracks.serving.wording import label_of

_PLACES = 5  # decimals of a degree: a metre


def excluded_from(flight: Flight) -> dict[str, Any]:
    """JSON for js/excluded-layer.js: `stretches` in order of time.

    Each has `kind`, `kind_label`, `reason`, `file`, `class`, `start` and `end` (epoch s), `fixes` (how many) and `line`
    ([lon, lat] in degrees, one for each fix).
    """
    return {"flight": flight.pk, "stretches": [_stretch(cut) for cut in cut_away_from(flight)]}


def _stretch(cut: CutAway) -> dict[str, Any]:
    edit, stretch = cut.edit, cut.stretch
    return {
        "kind": edit.kind,
        "kind_label": label_of(Edit.Kind, edit.kind),
        "reason": edit.reason,
        "file": stretch.track.track_file.name,
        "class": stretch.evidence_class,
        "start": stretch.start,
        "end": stretch.end,
        "fixes": len(stretch.coordinates),
        "line": np.round(stretch.coordinates[:, :2], _PLACES).tolist(),
    }
