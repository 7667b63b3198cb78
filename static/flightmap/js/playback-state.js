/**
 * What of playback is worth sharing, as part of an address:
 *
 *     &reverse=1   backwards            &loop=2024-03-21T04:31:00Z,2024-03-21T04:40:00Z
 *     &follow=1    the chosen aircraft  &labels=full|names|none    &trails=fade
 *
 * What makes no sense is left out, as everywhere in an address.
 */

import { formatTime, parseTime } from "./url-state.js";

export const LABELS = ["auto", "full", "names", "none"];
export const TRAILS = ["stay", "fade"];

/**
 * @param {URLSearchParams} query
 * @returns {{reverse: boolean, loop: {start: number, end: number}|null, follow: boolean, labels: string, trails: string}}
 */
export function parsePlayback(query) {
  const one = (name, values) => (values.includes(query.get(name)) ? query.get(name) : values[0]);
  const [start, end, ...more] = (query.get("loop") ?? "").split(",").map((text) => parseTime(text));
  const isLoop = more.length === 0 && start !== null && end !== null && end > start;
  return {
    reverse: query.get("reverse") === "1",
    loop: isLoop ? { start, end } : null,
    follow: query.get("follow") === "1",
    labels: one("labels", LABELS),
    trails: one("trails", TRAILS),
  };
}

/** Put into a query what is not as it is by itself, and take out what is. */
export function writePlayback(query, { reverse, loop, follow, labels, trails }) {
  const put = (name, value) => (value ? query.set(name, value) : query.delete(name));
  const [start, end] = loop ? [formatTime(loop.start), formatTime(loop.end)] : [];
  put("reverse", reverse && "1");
  put("loop", start !== end && `${start},${end}`);
  put("follow", follow && "1");
  put("labels", labels !== LABELS[0] && labels);
  put("trails", trails !== TRAILS[0] && trails);
}
