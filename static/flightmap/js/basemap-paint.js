/** Paint the base map onto a canvas: sheets of land, borders, graticule, airports, names. */

import { KINDS, lineHeight, placeLabels, RUNWAY_ZOOM } from "./basemap-labels.js";
import { trace, worldX, worldY } from "./basemap-sheet.js";
import { graticuleLines } from "./graticule.js";

const REGION_ZOOM = 4; // from here on the region's own sheet is drawn
const AIRPORT_ZOOM = 6;
const AIRPORT_NAME_ZOOM = 7;
const THRESHOLD_ZOOM = 12; // from here on the ends of runways have their names
const THRESHOLD_FONT = "600 9.5px";

/** The colours of tokens.css this paints with. */
export const TOKENS = Object.freeze([
  "map-land", "map-sea", "map-coast", "map-border", "map-disputed", "map-disputed-band", "map-graticule",
  "map-label", "map-label-sea", "map-airport",
]);

/**
 * Paint all of it.
 *
 * @param {CanvasRenderingContext2D} context with CSS pixels as its unit
 * @param {object} view `zoom`, `scale`, `width`, `height`, and `west`, `east`, `north`, `south` in world units
 * @param {object} content {world: Sheet | null, region: Sheet | null, details: Sheet[], airports: object[]}
 * @param {Record<string, string>} colours by token
 * @param {{graticule: boolean, font: string}} style
 */
export function paintBasemap(context, view, content, colours, style) {
  context.fillStyle = colours["map-sea"];
  context.fillRect(0, 0, view.width, view.height);
  context.lineJoin = "round";

  const region = view.zoom >= REGION_ZOOM ? content.region : null;
  const underneath = region?.covers(view) ? [] : [content.world, ...content.details];
  for (const sheet of [...underneath, region]) if (sheet) paintSheet(context, sheet, view, colours);

  if (style.graticule) paintGraticule(context, view, colours);
  if (content.world) paintDisputed(context, content.world.disputed, view, colours);
  const symbols = paintAirports(context, content.airports, view, colours, style.font);
  paintLabels(context, visiblePlaces(content, view), view, colours, style.font, symbols);
}

/** The names of every sheet in view: the region's first, so that they win. */
function visiblePlaces({ world, region, details, airports }, view) {
  const regional = view.zoom >= REGION_ZOOM ? region : null;
  const elsewhere = details.flatMap((sheet) => sheet.places).filter((place) => !isInside(place, regional?.box));
  return [
    ...(view.zoom >= AIRPORT_NAME_ZOOM ? airports : []),
    ...(regional?.places ?? []),
    ...(world?.places ?? []),
    ...elsewhere,
  ];
}

function isInside({ x, y }, box) {
  return Boolean(box) && x >= box.west && x < box.east && y > box.north && y <= box.south;
}

function paintSheet(context, sheet, view, colours) {
  context.save();
  if (sheet.box && !clipTo(context, sheet.box, view)) {
    context.restore();
    return;
  }
  if (sheet.box) {
    context.fillStyle = colours["map-sea"];
    context.fillRect(0, 0, view.width, view.height);
  }
  context.beginPath();
  trace(context, sheet.land, view, true);
  context.fillStyle = colours["map-land"];
  context.fill("evenodd");

  context.beginPath();
  trace(context, sheet.land, view, false);
  context.strokeStyle = colours["map-coast"];
  context.lineWidth = view.zoom < 6 ? 0.75 : 1;
  context.stroke();

  context.beginPath();
  trace(context, sheet.borders, view, false);
  context.strokeStyle = colours["map-border"];
  context.lineWidth = view.zoom < 5 ? 0.75 : 1;
  context.stroke();
  context.restore();
}

/** Clip to every copy of a box that the view shows, on whole pixels so that sheets meet without a seam. */
function clipTo(context, box, view) {
  let seen = false;
  context.beginPath();
  for (let copy = Math.floor(view.west - box.east) + 1; box.west + copy < view.east; copy++) {
    const left = Math.round((box.west + copy - view.west) * view.scale);
    const right = Math.round((box.east + copy - view.west) * view.scale);
    const top = Math.round((box.north - view.north) * view.scale);
    const bottom = Math.round((box.south - view.north) * view.scale);
    if (right <= 0 || bottom <= 0 || left >= view.width || top >= view.height) continue;
    context.rect(left, top, right - left, bottom - top);
    seen = true;
  }
  if (seen) context.clip();
  return seen;
}

function paintGraticule(context, view, colours) {
  const bounds = {
    west: view.west * 360 - 180,
    east: view.east * 360 - 180,
    north: latitudeOf(view.north),
    south: latitudeOf(view.south),
  };
  const { meridians, parallels } = graticuleLines(bounds, view.zoom);
  context.beginPath();
  for (const longitude of meridians) {
    const x = crisp((worldX(longitude) - view.west) * view.scale);
    context.moveTo(x, 0);
    context.lineTo(x, view.height);
  }
  for (const latitude of parallels) {
    const y = crisp((worldY(latitude) - view.north) * view.scale);
    context.moveTo(0, y);
    context.lineTo(view.width, y);
  }
  context.strokeStyle = colours["map-graticule"];
  context.lineWidth = 0.5;
  context.stroke();
}

/** World units to latitude in degrees. */
export function latitudeOf(y) {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

const crisp = (value) => Math.round(value) + 0.5;

/**
 * Disputed borders and ceasefire lines: dash and dot on a pale band, as atlases draw them. Not dashed only, for that
 * is what an estimated path is.
 */
function paintDisputed(context, lines, view, colours) {
  const near = view.zoom >= 5;
  context.save();
  context.beginPath();
  trace(context, lines, view, false);
  context.strokeStyle = colours["map-disputed-band"];
  context.lineWidth = near ? 5 : 2.5;
  context.stroke();
  context.setLineDash(near ? [7, 2.5, 1.5, 2.5] : [4, 2, 1, 2]);
  context.strokeStyle = colours["map-disputed"];
  context.lineWidth = near ? 1.2 : 0.9;
  context.stroke();
  context.restore();
}

/** Paint the airports in view; returns the boxes of their symbols, which names keep clear of. */
function paintAirports(context, airports, view, colours, font) {
  const boxes = [];
  if (view.zoom < AIRPORT_ZOOM) return boxes;
  context.save();
  context.strokeStyle = colours["map-airport"];
  context.fillStyle = colours["map-land"];
  for (const airport of airports) {
    if (airport.zoom - 1 > view.zoom) continue;
    for (let copy = Math.floor(view.west); copy <= Math.floor(view.east); copy++) {
      const toX = (x) => (x + copy - view.west) * view.scale;
      const toY = (y) => (y - view.north) * view.scale;
      if (view.zoom >= RUNWAY_ZOOM && airport.runways.length) {
        for (const runway of airport.runways) {
          paintRunway(context, runway, toX, toY, view.zoom);
          if (view.zoom >= THRESHOLD_ZOOM) boxes.push(...paintThresholds(context, runway, toX, toY, colours, font));
        }
      } else {
        context.beginPath();
        context.lineWidth = 1.25;
        context.arc(toX(airport.x), toY(airport.y), 3.5, 0, 2 * Math.PI);
        context.fill();
        context.moveTo(toX(airport.x) - 2, toY(airport.y) + 2);
        context.lineTo(toX(airport.x) + 2, toY(airport.y) - 2);
        context.stroke();
        boxes.push({ left: toX(airport.x) - 4, top: toY(airport.y) - 4, width: 8, height: 8 });
      }
    }
  }
  context.restore();
  return boxes;
}

function paintRunway(context, { low, high, closed }, toX, toY, zoom) {
  context.beginPath();
  context.setLineDash(closed ? [4, 3] : []);
  context.lineWidth = closed ? 1 : zoom >= 13 ? 4 : 2.5;
  context.moveTo(toX(low.x), toY(low.y));
  context.lineTo(toX(high.x), toY(high.y));
  context.stroke();
}

/** The names of a runway's two ends, each beyond its threshold; returns the boxes they take. */
function paintThresholds(context, { low, high, closed }, toX, toY, colours, font) {
  const along = Math.atan2(toY(high.y) - toY(low.y), toX(high.x) - toX(low.x));
  context.save();
  context.font = `${THRESHOLD_FONT} ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.setLineDash([]);
  context.strokeStyle = colours["map-land"];
  context.fillStyle = colours[closed ? "map-label" : "map-airport"];
  const boxes = [];
  for (const [end, way] of [[low, -1], [high, 1]]) {
    if (!end.ident) continue;
    const x = toX(end.x) + way * 14 * Math.cos(along);
    const y = toY(end.y) + way * 11 * Math.sin(along);
    context.strokeText(end.ident, x, y);
    context.fillText(end.ident, x, y);
    boxes.push({ left: x - 10, top: y - 6, width: 20, height: 12 });
  }
  context.restore();
  return boxes;
}

function paintLabels(context, places, view, colours, font, symbols) {
  context.save();
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const set = (name) => {
    const kind = KINDS[name];
    context.font = `${kind.italic ? "italic " : ""}${kind.weight} ${kind.size}px ${font}`;
    context.letterSpacing = kind.spacing ? `${kind.spacing * kind.size}px` : "0px";
  };
  const measure = (text, name) => {
    set(name);
    return context.measureText(text).width;
  };
  for (const label of placeLabels(places, view, measure, symbols)) {
    set(label.place.kind);
    paintLabel(context, label, colours);
  }
  context.restore();
}

function paintLabel(context, { place, x, y, left, top, width, lines, align }, colours) {
  const kind = KINDS[place.kind];
  const sea = place.kind === "sea";
  const ink = place.kind === "airport" ? "map-airport" : sea ? "map-label-sea" : "map-label";
  if (kind.dot) paintDot(context, place.kind, x, y, colours);
  context.textAlign = align;
  context.fillStyle = colours[ink];
  context.strokeStyle = colours[sea ? "map-sea" : "map-land"];
  context.lineWidth = sea ? 2 : 3;
  lines.forEach((line, row) => {
    const textX = align === "center" ? left + width / 2 : left;
    const textY = top + (row + 0.5) * lineHeight(kind);
    context.strokeText(line, textX, textY);
    context.fillText(line, textX, textY);
  });
}

function paintDot(context, kind, x, y, colours) {
  context.beginPath();
  context.arc(x, y, KINDS[kind].dot, 0, 2 * Math.PI);
  context.fillStyle = colours[kind === "capital" ? "map-land" : "map-label"];
  context.strokeStyle = colours[kind === "capital" ? "map-label" : "map-land"];
  context.lineWidth = kind === "capital" ? 1.6 : 1;
  context.fill();
  context.stroke();
}
