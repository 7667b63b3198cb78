/**
 * Draws lanes on a canvas: bars, gaps, reports and stays, each told apart by shape alone.
 *
 *  observed   filled bar, slanted like the flight's way: "\ \" towards the far country, "/ /" back from it
 *  gap        45° hatching inside a hollow part of the bar; without a known end it fades out
 *  reported   dotted outline as long as its date is vague; a month or year is two brackets
 *  scheduled  the same, fainter and sparser
 *  moments    take-off a dot above the bar, landing one below it; hollow where not observed
 *  stay       thin line on the ground side of the lane, with a mark at each end
 */

import { levelBox } from "./timeline-geometry.js";
import { paintCounts, paintMoments } from "./timeline-marks.js";
import { timeToX } from "./timeline-scale.js";

/** Tokens of base.css the timeline paints with; `theme.colours(...)` gives their values. */
export const PALETTE_TOKENS = [
  "panel", "sunken", "ink", "ink-soft", "ink-faint", "rule", "rule-control", "accent", "accent-wash", "focus", "hover", "reported", "estimated",
  "gap-wash", "gap-hatch", "demonstration-rule", "demonstration-wash", "identity-1", "identity-2", "identity-3", "identity-4",
  "identity-5", "identity-6", "identity-none",
];

/** The palette where the system forces its own colours: two, and one for what is chosen. */
export function forcedPalette() {
  const special = { panel: "Canvas", sunken: "Canvas", "gap-wash": "Canvas", rule: "GrayText", "rule-control": "GrayText", focus: "Highlight", accent: "Highlight" };
  return Object.fromEntries(PALETTE_TOKENS.map((token) => [token, special[token] ?? "CanvasText"]));
}

/** Pixels an end that nobody knows fades over. */
const FADE = 18;
/** Slant of an observed bar's ends, pixels. */
const SLANT = 6;
const HATCH_STEP = 5;

/**
 * Draw one row.
 *
 * @param {CanvasRenderingContext2D} context with its origin at the row's upper left corner
 * @param {object} row from `stackRows`
 * @param {object[]} items from `placeBars`
 * @param {{view: {start: number, end: number}, width: number, palette: object, colour: string, hovered: string|null, selected: string|null}} look
 */
export function paintRow(context, row, items, look) {
  for (const stay of row.lane.stays) paintStay(context, row, stay, look);
  for (const item of items) {
    const box = levelBox(row, item.level);
    if (item.bars.length > 1) paintBunch(context, item, box, look);
    else if (item.bars[0].flight.class === "observed") paintObserved(context, item, box, look);
    else paintReported(context, item, box, look);
    if (item.bars.length === 1) paintMoments(context, item, box, look);
    if (item.bars.some((bar) => bar.flight.demonstration)) paintDemonstration(context, item, box, look);
    paintEmphasis(context, item, box, look);
  }
  paintCounts(context, items, (item) => levelBox(row, item.level), look);
}

/** The outline of an observed bar. The slanted corners never lie outside [x0, x1]. */
function tracePath(context, { x0, x1 }, { middle, half }, direction) {
  const slant = Math.min(SLANT, Math.max(0, (x1 - x0) / 2 - 1));
  const [top, bottom] = [middle - half, middle + half];
  const down = direction === "outbound" ? slant : 0;
  const up = direction === "inbound" ? slant : 0;
  context.beginPath();
  context.moveTo(x0 + up, top);
  context.lineTo(x1 - down, top);
  context.lineTo(x1 - up, bottom);
  context.lineTo(x0 + down, bottom);
  context.closePath();
}

function paintObserved(context, item, box, look) {
  const [bar] = item.bars;
  const { palette } = look;
  const left = bar.openStart ? Math.min(FADE, 2 * box.half) : 0;
  const right = bar.openEnd ? Math.min(FADE, 2 * box.half) : 0;
  if (left) paintFade(context, item.x0, -left, box, palette);
  if (right) paintFade(context, item.x1, right, box, palette);
  const { direction } = bar.flight;
  tracePath(context, item, box, direction);
  context.fillStyle = look.colour;
  context.fill();
  const solid = solidParts(bar, item, look);
  if (bar.gaps.length) {
    context.save();
    context.clip();
    for (const gap of bar.gaps) {
      const g0 = Math.max(timeToX(gap.start, look.view, look.width), -10);
      const g1 = Math.min(timeToX(gap.end, look.view, look.width), look.width + 10);
      if (g1 - g0 < 1) continue;
      context.fillStyle = palette.panel;
      context.fillRect(g0, box.middle - box.half, g1 - g0, box.half * 2);
      context.fillStyle = palette["gap-wash"];
      context.fillRect(g0, box.middle - box.half, g1 - g0, box.half * 2);
      hatch(context, g0, g1, box, palette);
    }
    context.restore();
    tracePath(context, item, box, direction);
    context.strokeStyle = look.colour;
    context.lineWidth = 1;
    context.stroke();
  }
  const widest = solid.sort((a, b) => b.x1 - b.x0 - (a.x1 - a.x0))[0];
  if (direction && widest && widest.x1 - widest.x0 >= 22) {
    paintArrow(context, (widest.x0 + widest.x1) / 2, box, direction, palette.panel, true);
  }
}

/** The parts of a bar with received positions, in pixels, cut to the view. */
function solidParts(bar, item, { view, width }) {
  const parts = [];
  let from = Math.max(item.x0, 0);
  for (const gap of [...bar.gaps].sort((a, b) => a.start - b.start)) {
    parts.push({ x0: from, x1: timeToX(gap.start, view, width) });
    from = Math.max(timeToX(gap.end, view, width), 0);
  }
  parts.push({ x0: from, x1: Math.min(item.x1, width) });
  return parts;
}

/** 45° lines over [x0, x1]; they keep their place when the bar is cut by the canvas's edge. */
function hatch(context, x0, x1, { middle, half }, palette) {
  context.beginPath();
  context.rect(x0, middle - half, x1 - x0, half * 2);
  context.save();
  context.clip();
  context.beginPath();
  const height = half * 2;
  for (let x = Math.floor((x0 - height) / HATCH_STEP) * HATCH_STEP; x < x1; x += HATCH_STEP) {
    context.moveTo(x, middle + half);
    context.lineTo(x + height, middle - half);
  }
  context.strokeStyle = palette["gap-hatch"];
  context.lineWidth = 1.25;
  context.stroke();
  context.restore();
}

/** Hatching that fades out from x over `length` pixels (negative: to the left). */
function paintFade(context, x, length, box, palette) {
  const steps = 5;
  context.save();
  for (let n = 0; n < steps; n += 1) {
    const a = x + (length * n) / steps;
    const b = x + (length * (n + 1)) / steps;
    context.globalAlpha = 1 - n / steps;
    hatch(context, Math.min(a, b), Math.max(a, b), box, palette);
  }
  context.restore();
}

/** A triangle: down towards the far country, up back from it; filled where observed, hollow where reported. */
function paintArrow(context, x, { middle }, direction, colour, filled) {
  const sign = direction === "outbound" ? 1 : -1;
  context.beginPath();
  context.moveTo(x - 4, middle - 3 * sign);
  context.lineTo(x + 4, middle - 3 * sign);
  context.lineTo(x, middle + 3.5 * sign);
  context.closePath();
  if (filled) {
    context.fillStyle = colour;
    context.fill();
  } else {
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.setLineDash([]);
    context.stroke();
  }
}

function paintReported(context, item, box, look) {
  const [bar] = item.bars;
  const { flight } = bar;
  const { palette } = look;
  const scheduled = flight.assertion_level === "scheduled_only";
  const vague = ["month", "year"].includes(flight.date?.precision);
  const width = item.x1 - item.x0;
  const [top, bottom] = [box.middle - box.half + 0.75, box.middle + box.half - 0.75];
  context.save();
  context.strokeStyle = palette.reported;
  context.globalAlpha = scheduled ? 0.6 : 1;
  context.lineWidth = 1.5;
  context.lineCap = "round";
  if (width < 7) {
    // Too narrow for dots: a thin hollow outline, never a filled mark.
    context.lineWidth = 1;
    context.lineCap = "butt";
    const extra = Math.max(0, (4 - width) / 2);
    context.strokeRect(item.x0 - extra + 0.5, top, width + 2 * extra - 1, bottom - top);
  } else if (vague) {
    const ear = Math.min(4, width / 3);
    context.beginPath();
    context.moveTo(item.x0 + ear, top);
    context.lineTo(item.x0 + 0.75, top);
    context.lineTo(item.x0 + 0.75, bottom);
    context.lineTo(item.x0 + ear, bottom);
    context.moveTo(item.x1 - ear, top);
    context.lineTo(item.x1 - 0.75, top);
    context.lineTo(item.x1 - 0.75, bottom);
    context.lineTo(item.x1 - ear, bottom);
    context.stroke();
    context.setLineDash(scheduled ? [0.1, 8] : [0.1, 5]);
    context.beginPath();
    context.moveTo(item.x0 + ear + 2, box.middle);
    context.lineTo(item.x1 - ear - 2, box.middle);
    context.stroke();
  } else {
    context.setLineDash(scheduled ? [0.1, 5.5] : [0.1, 3.2]);
    context.beginPath();
    context.roundRect(item.x0 + 0.75, top, width - 1.5, bottom - top, Math.min(4, width / 3));
    context.stroke();
  }
  const middle = (Math.max(item.x0, 0) + Math.min(item.x1, look.width)) / 2;
  if (flight.direction && width >= 14) paintArrow(context, middle, box, flight.direction, palette.reported, false);
  context.restore();
}

/** Several bars too close to be told apart: the upper part filled for observed, the lower hollow for reported ones. */
function paintBunch(context, item, { middle, half }, { palette, colour }) {
  const observed = item.bars.filter((bar) => bar.flight.class === "observed").length;
  const height = half * 2;
  const share = observed === 0 ? 0 : observed === item.bars.length ? 1 : 0.5;
  const top = middle - half;
  const width = Math.max(item.x1 - item.x0, 4);
  context.fillStyle = colour;
  context.fillRect(item.x0, top, width, height * share);
  if (share < 1) {
    context.strokeStyle = palette.reported;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.strokeRect(item.x0 + 0.5, top + height * share + 0.5, width - 1, height * (1 - share) - 1);
  }
}

function paintStay(context, row, stay, { view, width, palette }) {
  const x0 = Math.max(timeToX(stay.start, view, width), -20);
  const x1 = Math.min(timeToX(stay.end, view, width), width + 20);
  if (x1 - x0 < 2) return;
  const { middle, half } = levelBox(row, 0);
  const offsets = { outbound: half - 1, inbound: 1 - half };
  const y = Math.round(middle + (offsets[stay.direction] ?? 0)) + 0.5;
  context.save();
  context.strokeStyle = palette["ink-faint"];
  context.lineWidth = 1;
  if (!stay.observed) context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(x0, y);
  context.lineTo(x1, y);
  context.stroke();
  const [seen0, seen1] = [Math.max(x0, 0), Math.min(x1, width)];
  if (seen1 - seen0 > 60) {
    context.fillStyle = palette["ink-faint"];
    context.textAlign = "center";
    context.textBaseline = stay.direction === "outbound" ? "bottom" : "top";
    context.fillText(stay.place.icao, (seen0 + seen1) / 2, y + (stay.direction === "outbound" ? -2 : 3));
  }
  context.restore();
}

function paintDemonstration(context, item, { middle, half }, { palette }) {
  context.fillStyle = palette["demonstration-rule"];
  context.fillRect(item.x0, middle + half + 2, Math.max(item.x1 - item.x0, 3), 2);
}

function paintEmphasis(context, item, { middle, half }, { palette, hovered, selected }) {
  const ids = item.bars.map((bar) => bar.flight.id);
  const chosen = selected !== null && ids.includes(selected);
  if (!chosen && !(hovered !== null && ids.includes(hovered))) return;
  context.strokeStyle = chosen ? palette.focus : palette.ink;
  context.lineWidth = chosen ? 2 : 1.25;
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(item.x0 - 3, middle - half - 3, Math.max(item.x1 - item.x0, 3) + 6, half * 2 + 6, 3);
  context.stroke();
}

/**
 * Draw rows of lanes.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {object[]} rows in sight, from `stackRows`
 * @param {number} scrolled pixels of the rows above those in sight
 * @param {Map<string, object[]>} items by lane key, from `placeBars`
 * @param {object} look as for `paintRow`, without the colour
 * @param {(lane: string) => string} colourOf a lane's observed bars
 */
export function paintRows(context, rows, scrolled, items, look, colourOf) {
  context.font = `11px ${look.font}`;
  for (const row of rows) {
    context.save();
    context.translate(0, row.top - scrolled);
    paintRow(context, row, items.get(row.lane.key), { ...look, colour: colourOf(row.lane.key) });
    context.restore();
  }
}
