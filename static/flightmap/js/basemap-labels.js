/**
 * Names on the base map: which are shown at a zoom, where they stand so that none covers another.
 *
 * Nothing here knows the browser: text is measured by a function handed in.
 */

/** How each kind of name is set. `rank`: who gets its place first; `until`: the last zoom it is shown at. */
export const KINDS = Object.freeze({
  airport: { rank: 0, size: 10.5, weight: 600, dot: 0, until: Infinity },
  country: { rank: 1, size: 12, weight: 500, dot: 0, until: 7.75, upper: true, spacing: 0.14 },
  capital: { rank: 2, size: 12.5, weight: 600, dot: 2.6, until: Infinity },
  major: { rank: 2, size: 12.5, weight: 600, dot: 2.4, until: Infinity },
  sea: { rank: 3, size: 12, weight: 400, dot: 0, until: 9, italic: true, spacing: 0.06 },
  city: { rank: 4, size: 11.5, weight: 400, dot: 2, until: Infinity },
});

/** From this zoom on runways are drawn instead of an airport's symbol. */
export const RUNWAY_ZOOM = 11;

const GAP = 3; // pixels between a dot and its name
const AIR = 3; // pixels of clear space round a name
const EDGE = 44; // pixels from the map's edge in which the name of a country or a sea would be cut

/**
 * Choose and place names.
 *
 * @param {object[]} places {name, x, y, zoom, kind}, world units; within a kind and zoom the first come first
 * @param {object} view as `trace` takes it, with `zoom`, `width`, `height` and, where the canvas is larger than
 *   what is seen of it, `inner` (left, top, right, bottom, in pixels)
 * @param {(text: string, kind: string) => number} measure width of a text in pixels
 * @param {{left: number, top: number, width: number, height: number}[]} [symbols] what names keep clear of
 * @returns {object[]} {place, x, y, left, top, width, height, lines, align}: x, y the dot, left, top the text
 */
export function placeLabels(places, view, measure, symbols = []) {
  const shown = [];
  const taken = [];
  const named = new Set();
  for (const place of inOrder(places, view)) {
    const kind = KINDS[place.kind];
    if (isArea(place) && named.has(place.name)) continue;
    const lines = (kind.upper ? place.name.toLocaleUpperCase() : place.name).split("\n");
    const width = Math.max(...lines.map((line) => measure(line, place.kind)));
    const height = lines.length * lineHeight(kind);
    for (let copy = Math.floor(view.west - place.x); copy <= Math.ceil(view.east - place.x); copy++) {
      const x = (place.x + copy - view.west) * view.scale;
      const y = (place.y - view.north) * view.scale;
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      const dot = { left: x - kind.dot, top: y - kind.dot, width: 2 * kind.dot, height: 2 * kind.dot };
      if (kind.dot && !isFree(dot, taken, view)) continue;
      const free = spots(kind, place, x, y, width, height, view)
        .filter((box) => isFree(box, taken, view) && isFree(box, place.kind === "airport" ? [] : symbols, view));
      // What the reader sees now is only the middle of the canvas: better whole there than in the best spot.
      const spot = free.find((box) => isWithin(box, view.inner)) ?? free[0];
      if (!spot) continue;
      taken.push(spot);
      if (kind.dot) taken.push(dot);
      shown.push({ place, x, y, lines, ...spot });
      named.add(place.name);
    }
  }
  return shown;
}

/** The height of one line of a kind's text, in pixels. */
export const lineHeight = (kind) => Math.round(kind.size * 1.25);

function inOrder(places, view) {
  return places
    .filter((place) => place.zoom <= view.zoom && view.zoom <= KINDS[place.kind].until)
    .map((place, index) => ({ place, index, away: isArea(place) && !isInView(place, view) }))
    .sort((a, b) => KINDS[a.place.kind].rank - KINDS[b.place.kind].rank
      || a.away - b.away || a.place.zoom - b.place.zoom || a.index - b.index)
    .map(({ place }) => place);
}

/** A country or a sea: its name may stand in several places, and stands in one. */
const isArea = ({ kind }) => kind === "country" || kind === "sea";

/** Whether a place is well inside what the reader sees: a name there is not cut by the map's edge. */
function isInView(place, view) {
  const { left, top, right, bottom } = view.inner ?? { left: 0, top: 0, right: view.width, bottom: view.height };
  const y = (place.y - view.north) * view.scale;
  if (y < top + EDGE || y > bottom - EDGE) return false;
  for (let copy = Math.floor(view.west - place.x); copy <= Math.ceil(view.east - place.x); copy++) {
    const x = (place.x + copy - view.west) * view.scale;
    if (x > left + EDGE && x < right - EDGE) return true;
  }
  return false;
}

/** Where a name may stand, best first: beside its dot right, left, above, below; without a dot, centred. */
function spots(kind, place, x, y, width, height, view) {
  if (!kind.dot && place.kind !== "airport") {
    return [{ left: x - width / 2, top: y - height / 2, width, height, align: "center" }];
  }
  if (place.southernmost && view.zoom >= RUNWAY_ZOOM) { // under the runways, which are drawn to scale
    const top = y + (place.southernmost - place.y) * view.scale + 2 * GAP;
    return [{ left: x - width / 2, top, width, height, align: "left" }];
  }
  const off = (kind.dot || 5) + GAP;
  return [
    { left: x + off, top: y - height / 2, width, height, align: "left" },
    { left: x - off - width, top: y - height / 2, width, height, align: "left" },
    { left: x - width / 2, top: y - off - height, width, height, align: "left" },
    { left: x - width / 2, top: y + off, width, height, align: "left" },
  ];
}

function isWithin(box, inner) {
  return !inner || (box.left >= inner.left && box.top >= inner.top
    && box.left + box.width <= inner.right && box.top + box.height <= inner.bottom);
}

function isFree(box, taken, view) {
  if (box.left < 0 || box.top < 0 || box.left + box.width > view.width || box.top + box.height > view.height) {
    return false;
  }
  return taken.every((other) => box.left - AIR > other.left + other.width || box.left + box.width + AIR < other.left
    || box.top - AIR > other.top + other.height || box.top + box.height + AIR < other.top);
}
