/**
 * The legend inside the map's frame, so that every screenshot says what is measured: solid, dashed, dotted.
 * It carries the switch for estimates and folds up on a phone. Leaflet is the global `L`.
 */

import { element } from "./timeline-words.js";

const { L } = globalThis;
const NARROW = "(max-width: 40rem), (max-height: 30rem)";

export const Legend = L.Control.extend({
  options: {
    position: "bottomleft",
    estimates: false, // the switch's first state
    methodUrl: "/method/",
    reported: true, // whether the map can show reports
    paths: true, // whether it can show paths, and so estimates
  },

  /** Fires "estimates" with `shown` on itself (`legend.events`). */
  initialize(options) {
    L.setOptions(this, options);
    this.events = new L.Evented();
  },

  onAdd() {
    const { words, paths, reported } = this.options;
    const details = element("details", { class: "map-legend" }, element("summary", {}, words.title));
    details.open = !window.matchMedia(NARROW).matches;
    const rows = element("ul");
    if (paths) {
      rows.append(row(observedSample(), words.observed), row(stoppedSample(), words.stopped), row(estimatedSample(), words.estimated));
    }
    if (reported) rows.append(row(reportedSample(), words.reported), row(patchSample(), words.patch));
    rows.append(row(disputedSample(), words.disputed));
    details.append(rows);
    const foot = element("div", { class: "map-legend-foot" });
    if (paths) {
      this._box = element("input", { type: "checkbox" });
      this._box.checked = this.options.estimates;
      this._box.addEventListener("change", () => this._changed());
      foot.append(element("label", {}, this._box, words.show));
      this._method = element("p", { class: "map-legend-method" });
      details.append(this._method);
    }
    if (this.options.methodUrl) foot.append(element("a", { href: this.options.methodUrl }, words.more));
    details.append(foot);
    L.DomEvent.disableClickPropagation(details);
    L.DomEvent.disableScrollPropagation(details);
    this._sayMethod();
    return details;
  },

  /** Pixels to leave free at the map's left, so that on a wide map the open legend covers nothing that is framed. */
  room() {
    const box = this.getContainer();
    return box.open && this._map.getSize().x > 2.2 * box.offsetWidth ? box.offsetWidth + 8 : 0;
  },

  /** Set the switch from elsewhere (an address, a key); fires nothing. */
  setEstimates(shown) {
    this.options.estimates = shown;
    if (this._box) this._box.checked = shown;
    this._sayMethod();
    return this;
  },

  _changed() {
    this.options.estimates = this._box.checked;
    this._sayMethod();
    this.events.fire("estimates", { shown: this._box.checked });
  },

  /** The method of the estimates is named while they are shown. */
  _sayMethod() {
    if (this._method) this._method.textContent = this.options.estimates ? this.options.words.method : "";
  },
});

const row = (sample, words) => element("li", {}, sample, element("span", {}, words));

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const sample = (...children) => svg("svg", { viewBox: "0 0 52 22", "aria-hidden": "true" }, ...children);
const PLANE = "M11 0 8.2 1.7 3 1.9-4 10.5-6.2 10.5-3 1.9-7.4 1.5-9.8 4.4-11.2 4.4-10 0-11.2-4.4-9.8-4.4-7.4-1.5-3-1.9-6.2-10.5-4-10.5 3-1.9 8.2-1.700Z";
const plane = (name) => svg("path", { class: name, d: PLANE, transform: "translate(39 11) scale(.8)" });

const observedSample = () => sample(svg("path", { class: "legend-observed", d: "M1 11H36" }), plane("legend-head"));
const stoppedSample = () =>
  sample(svg("path", { class: "legend-observed", d: "M1 11H31" }), svg("path", { class: "legend-cross", d: "M35 7l8 8M43 7l-8 8" }));
const estimatedSample = () => sample(svg("path", { class: "legend-estimated", d: "M1 11H30" }), plane("legend-head-hollow"));
const reportedSample = () =>
  sample(
    svg("path", { class: "legend-reported", d: "M6 15Q26 0 46 15" }),
    svg("circle", { class: "legend-end", cx: "5", cy: "16", r: "3.5" }),
    svg("circle", { class: "legend-end", cx: "47", cy: "16", r: "3.5" }),
  );
const disputedSample = () => sample(svg("path", { class: "legend-disputed-band", d: "M4 11H48" }), svg("path", { class: "legend-disputed", d: "M4 11H48" }));
const patchSample = () =>
  sample(
    svg("ellipse", { class: "legend-patch", cx: "26", cy: "11", rx: "20", ry: "10", opacity: ".18" }),
    svg("ellipse", { class: "legend-patch", cx: "26", cy: "11", rx: "12", ry: "6.5", opacity: ".3" }),
  );
