/** The elements of the timeline: built once, without meaning of their own. */

import { element, fill } from "./timeline-words.js";

const UNITS = ["all", "year", "month", "day", "hour"];

/**
 * Fill the container.
 *
 * @param {HTMLElement} container
 * @param {object} words
 * @param {{playable: boolean, far: string|null}} options playable: whether the axis is a slider with a playhead; far: what
 *   the corridor leads to
 * @returns {object} the parts by name, with `onUnit`, `onStep`, `onZoom` and `showUnit`
 */
export function buildFrame(container, words, { playable, far }) {
  const units = UNITS.map((unit) => element("button", { type: "button", class: "timeline-unit", "data-unit": unit, "aria-pressed": "false" }, words.units[unit]));
  const zooms = [
    element("button", { type: "button", class: "timeline-unit timeline-zoom", "aria-label": words.zoomOut, title: words.zoomOut }, "−"),
    element("button", { type: "button", class: "timeline-unit timeline-zoom", "aria-label": words.zoomIn, title: words.zoomIn }, "+"),
  ];
  const steps = [["earlier", "‹"], ["later", "›"]].map(([way, sign]) =>
    element("button", { type: "button", class: "timeline-unit timeline-step", "aria-label": words.steps[way], title: words.steps[way] }, sign),
  );
  const parts = {
    root: element("div", { class: "timeline" }),
    range: element("span", { class: "timeline-range" }),
    overview: element("div", { class: "overview", role: "group", "aria-label": words.overview, title: words.overviewHint }),
    undated: element("button", { type: "button", class: "timeline-unit", hidden: true, "aria-expanded": "false" }),
    chart: element("div", { class: "timeline-chart", "aria-hidden": "true" }),
    axis: element("canvas", { class: "timeline-axis-canvas", "aria-hidden": "true" }),
    canvas: element("canvas", { class: "timeline-canvas", "aria-hidden": "true" }),
    scrub: playable
      ? element("div", { class: "timeline-scrub", role: "slider", tabindex: "0", "aria-label": words.playhead, "aria-valuenow": "0", title: words.scrubHint })
      : element("div", { class: "timeline-scrub" }),
    marked: element("div", { class: "timeline-marked", "aria-hidden": "true", hidden: true }),
    loop: element("div", { class: "timeline-loop", "aria-hidden": "true", hidden: true }),
    playhead: element("div", { class: "timeline-playhead", "aria-hidden": "true", hidden: !playable }),
    hoverLine: element("div", { class: "timeline-hover", "aria-hidden": "true", hidden: true }),
    scroll: element("div", { class: "timeline-scroll" }),
    rows: element("div", { class: "lanes", role: "grid", "aria-label": words.lanes, "aria-describedby": "lanes-hint" }),
    more: element("button", { type: "button", class: "timeline-more button-quiet", hidden: true }),
    empty: element("div", { class: "timeline-empty", hidden: true }),
    legend: buildLegend(words, far),
  };
  const head = element(
    "div",
    { class: "timeline-head" },
    element("div", { class: "timeline-units", role: "group", "aria-label": words.zoom }, ...units, ...zooms),
    element("div", { class: "timeline-where" }, ...steps, parts.range),
    parts.overview,
    parts.undated,
  );
  parts.scroll.append(element("span", { id: "lanes-hint", hidden: true }, words.lanesHint), parts.rows, parts.empty, parts.more);
  const main = element(
    "div",
    { class: "timeline-main" },
    element("div", { class: "timeline-corner" }, element("span", {}, words.aircraft), element("span", { class: "timeline-zone" }, "UTC")),
    parts.scrub,
    element("span", { class: "timeline-bin-head", "aria-hidden": "true" }, words.noDate),
    parts.scroll,
    parts.chart,
  );
  parts.chart.append(parts.axis, parts.canvas, parts.loop, parts.marked, parts.hoverLine, parts.playhead);
  parts.root.append(head, main, parts.legend);
  container.replaceChildren(parts.root);

  parts.onUnit = (handler) => {
    for (const button of units) button.addEventListener("click", () => handler(button.dataset.unit));
  };
  parts.onStep = (handler) => steps.forEach((button, n) => button.addEventListener("click", () => handler(n === 0 ? -1 : 1)));
  parts.onZoom = (handler) => zooms.forEach((button, n) => button.addEventListener("click", () => handler(n === 0 ? 2 : 0.5)));
  parts.showUnit = (unit) => {
    for (const button of units) button.setAttribute("aria-pressed", String(button.dataset.unit === unit));
  };
  return parts;
}

/** The directions in words: by the place the corridor leads to, where it is known. */
export function directionWords({ legend }, far) {
  if (!far) return { outbound: legend.outbound, inbound: legend.inbound };
  return { outbound: fill(legend.towards, { far }), inbound: fill(legend.back, { far }) };
}

/** What the shapes mean, in the same shapes; the samples are drawn by the style sheet. */
function buildLegend(words, far) {
  const directions = directionWords(words, far);
  const entries = ["observed", "gap", "reported", "moments", "stay", "outbound", "inbound"].map((kind) =>
    element("li", {}, element("span", { class: `lane-sample lane-sample-${kind}`, "aria-hidden": "true" }), directions[kind] ?? words.legend[kind]),
  );
  return element("ul", { class: "timeline-legend", "aria-label": words.legend.title }, ...entries);
}
