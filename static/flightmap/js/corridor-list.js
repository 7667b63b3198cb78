/** The flights of the window as a list: what can be chosen, and which of them are in the air now. */

import { inWindow } from "./timeline-layout.js";
import { element, plural } from "./timeline-words.js";

/** More than anyone reads in a side column; the list page has them all. */
const MOST = 300;

export class FlightList {
  #entries = new Map(); // id → element
  #flights = [];
  #now = "";

  /**
   * @param {HTMLElement} host gets the list
   * @param {HTMLElement} head says how many
   * @param {object} options
   * @param {import("./selection.js").Selection} options.selection
   * @param {import("./clock.js").Clock} options.clock
   * @param {import("./timeline-describe.js").Describer} options.describer
   * @param {object} options.words
   * @param {(lane: string) => string} options.colourOf token
   */
  constructor(host, head, { selection, clock, describer, words, colourOf }) {
    Object.assign(this, { host, head, selection, clock, describer, words, colourOf });
    host.addEventListener("click", (event) => {
      const id = event.target.closest("[data-flight]")?.dataset.flight;
      if (id) selection.toggle(id);
    });
    const point = (event) => selection.hover(event.target.closest?.("[data-flight]")?.dataset.flight ?? null, "list");
    host.addEventListener("pointerover", point);
    host.addEventListener("focusin", point);
    host.addEventListener("pointerleave", () => selection.hover(null, "list"));
    selection.addEventListener("hover", () => this.#mark("is-hovered", selection.hovered));
    selection.addEventListener("select", () => this.#showSelected());
    clock.addEventListener("time", () => this.#showNow());
  }

  /**
   * @param {object[]} flights those that pass the filters
   * @param {{start: number, end: number}} window
   * @param {number} all how many flights the archive has
   * @param {{undated?: object[], elsewhere?: {n: number, when: string, jump: () => void}|null}} [beside] what else
   *   passes the filters: flights without a date, and flights at other times
   */
  show(flights, window, all, { undated = [], elsewhere = null } = {}) {
    this.#flights = flights.filter((flight) => inWindow(flight, window)).sort((a, b) => a.start - b.start || a.end - b.end);
    const { words, describer } = this;
    this.head.replaceChildren(
      element("strong", {}, plural(words.inWindow, this.#flights.length, describer.language)),
      element("span", { class: "faint" }, plural(words.ofAll, all, describer.language)),
    );
    this.#entries.clear();
    const shown = this.#flights.slice(0, MOST);
    const rest = this.#flights.length - shown.length;
    this.host.replaceChildren(...shown.map((flight) => this.#item(flight)));
    if (rest > 0) this.host.append(element("li", { class: "faint corridor-rest" }, plural(words.moreFlights, rest, describer.language)));
    if (undated.length) {
      this.host.append(element("li", { class: "faint corridor-rest" }, plural(describer.words.undatedCount, undated.length, describer.language)));
      this.host.append(...undated.slice(0, MOST).map((flight) => this.#item(flight)));
    }
    if (elsewhere && this.#flights.length) this.host.append(element("li", { class: "corridor-rest" }, this.#elsewhere(elsewhere)));
    this.#now = "";
    this.#showNow();
    this.#showSelected();
  }

  #item(flight) {
    const entry = this.#entry(flight);
    this.#entries.set(flight.id, entry);
    return element("li", {}, entry);
  }

  /** "12 more at other times", a button that shows them. */
  #elsewhere({ n, when, jump }) {
    const button = element("button", { type: "button", class: "button button-quiet corridor-elsewhere", title: when }, plural(this.words.moreElsewhere, n, this.describer.language));
    button.addEventListener("click", jump);
    return button;
  }

  #entry(flight) {
    const { describer, words } = this;
    const swatch = element("span", { class: `flight-swatch flight-swatch-${flight.class}`, "aria-hidden": "true" });
    swatch.style.color = `var(--${flight.class === "observed" ? this.colourOf(flight.lane) : "reported"})`;
    const aircraft = flight.aircraft?.registration ?? flight.aircraft?.icao24 ?? (flight.type_name || words.unknownAircraft);
    return element(
      "button",
      { type: "button", class: "flight-entry", "data-flight": flight.id, "aria-pressed": "false" },
      swatch,
      element(
        "span",
        { class: "flight-entry-text" },
        element("span", { class: "flight-entry-line" }, element("strong", {}, aircraft), element("span", { class: "flight-entry-now" }, words.now), element("span", { class: "flight-entry-when" }, describer.brief(flight))),
        element("span", { class: "flight-entry-route" }, describer.route(flight)),
        element("span", { class: "flight-entry-standing" }, describer.standing(flight)),
      ),
    );
  }

  #mark(name, id) {
    for (const entry of this.host.querySelectorAll(`.${name}`)) entry.classList.remove(name);
    this.#entries.get(id)?.classList.add(name);
  }

  #showSelected() {
    const { selected } = this.selection;
    for (const [id, entry] of this.#entries) entry.setAttribute("aria-pressed", String(id === selected));
    this.#entries.get(selected)?.scrollIntoView({ block: "nearest" });
  }

  /** Mark the observed flights that are on their way at the clock's time; only a change touches the page. */
  #showNow() {
    const { time } = this.clock;
    const now = this.#flights.filter((flight) => flight.has_path && flight.start <= time && time <= flight.end).map((flight) => flight.id);
    const signature = now.join();
    if (signature === this.#now) return;
    this.#now = signature;
    for (const [id, entry] of this.#entries) entry.classList.toggle("is-now", now.includes(id));
  }
}
