/**
 * One moment pointed at, on the flight's page: on the map by the path, in the list of gaps by an entry. The chart and
 * the table of fixes do their own part. Leaflet is the global `L`.
 */

import { positionAt } from "./path-moment.js";
import { shortWay } from "./path.js";

const { L } = globalThis;
const WITHIN = 14; // px from the path; twice that under a finger

/**
 * The moment of the observed path nearest to a place, or null where the path is further away than allowed.
 *
 * @param {object} path a decoded flight
 * @param {{x: number, y: number}} at world pixels at a zoom of `size`
 * @param {number} size of the world, px
 * @param {number} within px
 * @returns {number|null} epoch seconds; between two fixes of a stretch, never in a gap
 */
export function momentNear(path, at, size, within) {
  let least = within, found = null;
  for (const { class: name, n, time, lon, lat } of path.stretches) {
    if (name !== "observed") continue;
    let [x1, y1] = fromPointer(lon[0], lat[0], at, size);
    if (n === 1 && Math.hypot(x1, y1) <= least) [least, found] = [Math.hypot(x1, y1), path.t0 + time[0]];
    for (let i = 1; i < n; i++) {
      const x2 = x1 + (shortWay(lon[i] - lon[i - 1]) / 360) * size;
      const y2 = mercator(lat[i]) * size - at.y;
      const [dx, dy] = [x2 - x1, y2 - y1];
      const length = dx * dx + dy * dy;
      const share = length ? Math.max(0, Math.min(1, -(x1 * dx + y1 * dy) / length)) : 0;
      const apart = Math.hypot(x1 + dx * share, y1 + dy * share);
      if (apart < least) [least, found] = [apart, path.t0 + time[i - 1] + (time[i] - time[i - 1]) * share];
      [x1, y1] = [x2, y2];
    }
  }
  return found;
}

/** A place seen from the pointer, px, the short way round the world. */
function fromPointer(lon, lat, at, size) {
  const apart = (lon / 360 + 0.5) * size - at.x;
  return [apart - Math.round(apart / size) * size, mercator(lat) * size - at.y];
}

/** Web Mercator: 0 at 85.05° north, 1 at 85.05° south. */
function mercator(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** Pointing at the path points at its moment; a click brings the clock there. */
export function hoverOnMap(map, path, selection, clock) {
  const near = (event) => {
    if (event.originalEvent.target.closest?.(".leaflet-control")) return null;
    const size = 256 * 2 ** map.getZoom();
    return momentNear(path, map.project(event.latlng), size, event.originalEvent.pointerType === "touch" ? 2 * WITHIN : WITHIN);
  };
  map.on("mousemove", (event) => selection.hoverTime(near(event), "map"));
  map.on("mouseout", () => selection.hoverTime(null, "map"));
  map.on("click", (event) => {
    const moment = near(event);
    if (moment !== null) clock.seek(moment);
  });
}

/** The moment pointed at, as a ring on the path; none where nothing was observed. */
export function showOnMap(map, path, selection) {
  const ring = L.circleMarker([0, 0], { radius: 5, weight: 2, className: "hover-time", interactive: false });
  selection.addEventListener("time", () => {
    const place = selection.time === null ? null : positionAt(path, selection.time);
    if (place?.class === "observed") ring.setLatLng([place.lat, place.lon]).addTo(map);
    else ring.remove();
  });
}

/** An entry of the list of gaps is one with its time: pointing at it points there, and the reverse lights it up. */
export function joinGaps(selection) {
  const gaps = [...document.querySelectorAll("[data-gap]")].map((entry) => ({
    entry, start: entry.dataset.gapStart === "" ? -Infinity : Number(entry.dataset.gapStart), end: entry.dataset.gapEnd === "" ? Infinity : Number(entry.dataset.gapEnd),
  }));
  for (const { entry, start, end } of gaps) {
    const moment = Number.isFinite(start) && Number.isFinite(end) ? (start + end) / 2 : Number.isFinite(start) ? start : end;
    for (const name of ["pointerenter", "focusin"]) entry.addEventListener(name, () => selection.hoverTime(moment, entry));
    for (const name of ["pointerleave", "focusout"]) entry.addEventListener(name, () => selection.hoverTime(null, entry));
  }
  selection.addEventListener("time", () => {
    const { time } = selection;
    for (const { entry, start, end } of gaps) entry.classList.toggle("is-hovered", time !== null && start <= time && time <= end);
  });
}
