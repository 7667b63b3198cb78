/**
 * A sheet of the base map: decoded once into projected lines, traced onto a canvas at any zoom.
 *
 * The JSON comes from tracks/basemap/sheets.py: land as closed rings and borders as lines, each
 * [x₀, y₀, Δx, Δy, …] in whole grid units. Here they become *world units*: Web Mercator with the world
 * 1 wide and 1 high, x from 180° W eastwards, y from 85.05° N southwards. Rings may reach beyond 0…1
 * where they cross the antimeridian; whoever draws them repeats them every 1.
 */

const MAX_LATITUDE = 85.0511287798;

/** Longitude in degrees to world units. */
export const worldX = (longitude) => (longitude + 180) / 360;

/** Latitude in degrees to world units. */
export function worldY(latitude) {
  const sine = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** One line or ring in world units, with its bounds. `cuts` marks edges that are no coast (see below). */
export class Line {
  /**
   * @param {Float64Array} x
   * @param {Float64Array} y
   * @param {Uint8Array | null} cuts 1 at point i: the edge from i−1 to i lies on a cut of the data
   */
  constructor(x, y, cuts = null) {
    this.x = x;
    this.y = y;
    this.cuts = cuts;
    this.west = Infinity;
    this.east = -Infinity;
    this.north = Infinity;
    this.south = -Infinity;
    for (let i = 0; i < x.length; i++) {
      if (x[i] < this.west) this.west = x[i];
      if (x[i] > this.east) this.east = x[i];
      if (y[i] < this.north) this.north = y[i];
      if (y[i] > this.south) this.south = y[i];
    }
  }
}

/** A dashed line as the world's sheet gives it: [longitude, latitude, …] in degrees. */
export function lineFromDegrees(flat) {
  const count = flat.length / 2;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    x[i] = worldX(flat[2 * i]);
    y[i] = worldY(flat[2 * i + 1]);
  }
  return new Line(x, y);
}

/** A name in the page's language; two names of one sea stand one below the other. */
function named(name, names) {
  return names[name.replace("\n", " ")]?.replace(" / ", " /\n") ?? name;
}

export class Sheet {
  /**
   * @param {object} json a sheet as tracks/basemap/sheets.py writes it
   * @param {Record<string, string>} [names] in the page's language, by the sheet's; one without stays as it is
   */
  constructor(json, names = {}) {
    this.box = json.box && {
      west: worldX(json.box[0]),
      south: worldY(json.box[1]),
      east: worldX(json.box[2]),
      north: worldY(json.box[3]),
    };
    this.land = json.land.map((deltas) => decode(deltas, json));
    this.borders = json.borders.map((deltas) => decode(deltas, json));
    this.places = (json.places ?? []).map(([name, longitude, latitude, zoom, kind]) => ({
      name: named(name, names), x: worldX(longitude), y: worldY(latitude), zoom, kind,
    }));
    this.disputed = (json.disputed ?? []).map(({ line }) => lineFromDegrees(line));
  }

  /** Whether the sheet alone fills a view (world units). */
  covers(view) {
    const box = this.box;
    return Boolean(box) && box.west <= view.west && box.east >= view.east
      && box.north <= view.north && box.south >= view.south;
  }
}

/** Natural Earth is cut along the antimeridian and closed over the south pole: no coast is there. */
function decode(deltas, { scale, translate }) {
  const count = deltas.length / 2;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  let cuts = null;
  let wasOnCut = false;
  let wasBeyond = false;
  for (let i = 0, column = 0, row = 0; i < count; i++) {
    column += deltas[2 * i];
    row += deltas[2 * i + 1];
    const longitude = column * scale[0] + translate[0];
    const latitude = row * scale[1] + translate[1];
    x[i] = worldX(longitude);
    y[i] = worldY(latitude);
    const onCut = Math.abs((Math.abs(longitude) % 360) - 180) < 1e-6;
    const beyond = latitude < -MAX_LATITUDE;
    if (i > 0 && ((onCut && wasOnCut) || beyond || wasBeyond)) {
      cuts ??= new Uint8Array(count);
      cuts[i] = 1;
    }
    wasOnCut = onCut;
    wasBeyond = beyond;
  }
  return new Line(x, y, cuts);
}

/**
 * Add lines to the current path of a canvas, every copy of the world that the view shows.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Line[]} lines
 * @param {object} view `scale` (pixels a world unit), and `west`, `east`, `north`, `south` in world units;
 *   pixel 0, 0 is at west, north
 * @param {boolean} closed fill outlines: rings whole, cuts included; otherwise cuts are left out
 */
export function trace(context, lines, view, closed) {
  const tolerance = 0.5 / view.scale; // points closer than half a pixel to the last one are not seen
  for (const copy of copies(view)) {
    for (const line of lines) {
      if (line.east + copy <= view.west || line.west + copy >= view.east
        || line.south < view.north || line.north > view.south) continue;
      traceLine(context, line, view, copy, tolerance, closed);
    }
  }
}

/** Offsets (whole worlds) of the copies a view can show; lines may reach half a world beyond their own. */
export function copies(view) {
  const offsets = [];
  for (let copy = Math.floor(view.west) - 1; copy <= Math.floor(view.east) + 1; copy++) offsets.push(copy);
  return offsets;
}

function traceLine(context, { x, y, cuts }, view, copy, tolerance, closed) {
  const { scale } = view;
  const left = view.west - copy;
  const top = view.north;
  const last = x.length - 1;
  let fromX = x[0];
  let fromY = y[0];
  context.moveTo((fromX - left) * scale, (fromY - top) * scale);
  for (let i = 1; i <= last; i++) {
    if (!closed && cuts?.[i]) {
      fromX = x[i];
      fromY = y[i];
      context.moveTo((fromX - left) * scale, (fromY - top) * scale);
      continue;
    }
    if (i < last && !cuts && Math.abs(x[i] - fromX) < tolerance && Math.abs(y[i] - fromY) < tolerance) continue;
    fromX = x[i];
    fromY = y[i];
    context.lineTo((fromX - left) * scale, (fromY - top) * scale);
  }
  if (closed) context.closePath();
}
