/** What is known of a decoded flight at one moment. */

import { fixBefore, shortWay } from "./path.js";

/**
 * What is known of a flight at a time.
 *
 * @param {object} flight a decoded flight
 * @param {number} epoch epoch seconds
 * @returns {{state: "before"|"fix"|"gap"|"after", stretch?: number, fix?: number, share?: number}} "fix": between
 *   `fix` and `fix + 1` of `stretch`, `share` of the way in time; "gap": after stretch `stretch`, before the next
 */
export function momentOf(flight, epoch) {
  const t = epoch - flight.t0;
  const { stretches } = flight;
  if (!stretches.length || t < stretches[0].time[0]) return { state: "before" };
  for (let s = stretches.length - 1; s >= 0; s--) {
    const { time, n } = stretches[s];
    if (t < time[0]) continue;
    if (t > time[n - 1]) return { state: s === stretches.length - 1 ? "after" : "gap", stretch: s, fix: n - 1, share: 0 };
    const fix = fixBefore(time, t);
    const span = fix + 1 < n ? time[fix + 1] - time[fix] : 0;
    return { state: "fix", stretch: s, fix, share: span > 0 ? (t - time[fix]) / span : 0 };
  }
  return { state: "before" };
}

/**
 * Where the aircraft was observed or marked by its tracker at a time, or null where there is no fix around it.
 *
 * @returns {{lon, lat, altitude, speed, angle, class, stretch, fix}|null} longitude may pass ±180 between two fixes
 */
export function positionAt(flight, epoch) {
  const moment = momentOf(flight, epoch);
  if (moment.state !== "fix") return null;
  const stretch = flight.stretches[moment.stretch];
  const { fix, share } = moment;
  const next = Math.min(fix + 1, stretch.n - 1);
  const between = (column) => column[fix] + (share ? (column[next] - column[fix]) * share : 0);
  const eastward = shortWay(stretch.lon[next] - stretch.lon[fix]);
  return {
    lon: stretch.lon[fix] + eastward * share,
    lat: between(stretch.lat),
    altitude: between(stretch.altitude),
    speed: between(stretch.speed),
    angle: turnBetween(stretch.angle[fix], stretch.angle[next], share),
    class: stretch.class,
    stretch: moment.stretch,
    fix,
  };
}

/** The angle a share of the way from one to another, the short way round; NaN where either is unknown. */
export function turnBetween(from, to, share) {
  return (from + shortWay(to - from) * share + 360) % 360;
}
