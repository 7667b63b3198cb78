/**
 * What curators took out of a flight, for those who may see it: a row of bars across the way, which is no line and so
 * can be taken for none of the classes of evidence. Leaflet is the global `L`; colours come from map.css by class.
 */

import { shortWay } from "./path.js";
import { duration, utc } from "./time-format.js";
import { element, fill, plural } from "./timeline-words.js";

const { L } = globalThis;
const LEAST = 2; // fixes a row of bars needs; a lone one is a ring of bars

/** "2024-03-21 04:31:00 – 04:35:00 UTC · 5 fixes · trace.json: Reflections" */
export function inWords({ kind_label: kind, start, end, fixes, file, reason }, words) {
  const [from, until] = [utc(start), utc(end)];
  const when = until.slice(0, 10) === from.slice(0, 10) ? until.slice(11) : until;
  const span = end > start ? `${from} – ${when} UTC (${duration(end - start, words.durations)})` : `${from} UTC`;
  return fill(words.excludedStretch, { kind, span, fixes: plural(words.fixes, fixes), file, reason });
}

/**
 * @param {object[]} stretches of the server's answer (tracks/serving/excluded.py)
 * @param {object} words
 * @returns {L.FeatureGroup}
 */
export function excludedLayer(stretches, words) {
  const svg = L.svg({ padding: 0.3 });
  const group = L.featureGroup();
  for (const stretch of stretches) {
    const { line } = stretch;
    let running = line[0][0]; // on past ±180
    const places = line.map(([lon, lat], i) => [lat, (running += i ? shortWay(lon - line[i - 1][0]) : 0)]);
    const common = { renderer: svg, interactive: true, bubblingMouseEvents: true };
    const drawn =
      places.length < LEAST
        ? L.circleMarker(places[0], { ...common, radius: 6, className: "excluded-fix" })
        : L.polyline(places, { ...common, className: "excluded-line", smoothFactor: 1, lineCap: "butt", lineJoin: "bevel" });
    drawn.bindTooltip(element("span", {}, inWords(stretch, words)), { sticky: true, className: "excluded-tip" });
    group.addLayer(drawn);
  }
  return group;
}

/** The same as a list on the page, each entry leading to its place on the map. */
export function listExcluded(section, stretches, words, show) {
  section.hidden = stretches.length === 0;
  section.querySelector("ul").replaceChildren(
    ...stretches.map((stretch, i) => {
      const button = element("button", { type: "button", class: "button-link" }, inWords(stretch, words));
      button.addEventListener("click", () => show(i));
      return element("li", {}, button);
    }),
  );
}
