/** Gaps and position sources of the chosen flight on the corridor map. Their module comes when a flight is chosen. */

import { fixBefore } from "./path.js";

/** Milliseconds between two looks at how far the flight is by now. */
const EVERY = 400;

/**
 * A path as far as it is drawn: what the map has not shown yet has neither gaps nor sources.
 *
 * @param {object} path a decoded flight
 * @param {number} epoch epoch seconds
 */
export function upTo(path, epoch) {
  const t = epoch - path.t0;
  const stretches = path.stretches.map((stretch) => {
    const n = fixBefore(stretch.time, t) + 1;
    if (n === stretch.n) return stretch;
    const [time, lon, lat, source] = ["time", "lon", "lat", "source"].map((name) => stretch[name].subarray(0, n));
    return { ...stretch, n, time, lon, lat, source };
  });
  return { ...path, stretches: stretches.filter(({ n }) => n > 0) };
}

/**
 * @param {object} page the CorridorPage
 * @returns {{on: boolean, chosen: () => void}} on: whether sources are shown; chosen: another flight, or its path has come
 */
export function startEvidence(page) {
  const { clock } = page;
  const { sources } = page.asked;
  let loading = null;
  let evidence = null;
  const load = () =>
    (loading ??= import("./evidence.js").then(({ Evidence }) => {
      evidence = new Evidence(page.map.map, page.map.legend, page.words.map, { sources, change: () => page.url.touch(), heads: page.map.flights, covers: [page.part("card")] });
    }));
  const show = () => {
    const flight = page.byId.get(page.selection.selected);
    const path = flight && page.paths.get(flight);
    return evidence.setFlights(path ? [{ path: upTo(path, clock.time), gaps: flight.gaps }] : []);
  };
  const chosen = () => {
    if (!page.selection.selected && !evidence && !sources) return;
    load().then(show).catch((error) => console.warn("Gaps and sources are not told on the map:", error.message));
  };
  page.selection.addEventListener("select", chosen);
  let waiting = false;
  clock.addEventListener("time", () => {
    if (waiting || !evidence || !page.selection.selected) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      show();
    }, EVERY);
  });
  chosen();
  return {
    get on() {
      return evidence?.sources ?? Boolean(sources);
    },
    chosen,
  };
}
