/**
 * The filters of the map as a form: a group of choices for each, with the number of flights each choice would
 * leave; the chosen ones as chips that take themselves off; and, when nothing is left, why.
 */

import { NO_FILTERS, activeFilters, countValues, explainEmpty } from "./filters.js";
import { element, fill, plural } from "./timeline-words.js";

/** Filters of which one value can be chosen; of the others, several. */
const SINGLE = ["direction", "sanctioned", "demonstration"];
const GROUPS = ["class", "aircraft", "operator", "airport", "direction", "sanctioned", "demonstration"];
const byText = new Intl.Collator("en", { numeric: true });

/** Sends "change" when the reader has changed `filters`. */
export class FiltersForm extends EventTarget {
  #groups = new Map(); // name → {details, note, options: Map(value → {input, count})}
  #flights = [];

  /**
   * @param {object} parts `{search: HTMLInputElement, groups: HTMLElement, chips: HTMLElement, count: HTMLElement, empty: HTMLElement}`
   * @param {object} filters as `url-state.js` reads them
   * @param {object} words
   * @param {{labels: (name: string, value: string|boolean) => string, language: string}} options words for values
   */
  constructor(parts, filters, words, { labels, language }) {
    super();
    this.parts = parts;
    this.filters = { ...NO_FILTERS, ...filters };
    this.words = words;
    this.labels = labels;
    this.language = language;
    parts.search.value = this.filters.q;
    parts.search.addEventListener("input", () => this.#set("q", parts.search.value.trim()));
    parts.search.form?.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The flights to choose among; builds the groups. A filter with nothing to choose between has none. */
  setFlights(flights) {
    this.#flights = flights;
    this.#groups.clear();
    const built = GROUPS.map((name) => this.#build(name)).filter(Boolean);
    this.parts.groups.replaceChildren(...built);
    this.refresh();
  }

  #build(name) {
    const values = [...countValues(this.#flights, NO_FILTERS, name).keys()];
    const chosen = [this.filters[name]].flat().filter((value) => value !== null && value !== "");
    // What the address asks for is offered too, though no flight has it: how else could it be taken off?
    for (const value of chosen) if (!values.includes(value)) values.push(value);
    if (values.length < 2 && chosen.length === 0) return null;
    values.sort((a, b) => byText.compare(this.labels(name, a), this.labels(name, b)));
    const options = new Map();
    const list = element("ul", { class: "filter-options" });
    const single = SINGLE.includes(name);
    for (const value of values) {
      const input = element("input", { type: "checkbox", name });
      const count = element("span", { class: "filter-count" });
      list.append(element("li", {}, element("label", {}, input, element("span", { class: "filter-word" }, this.labels(name, value)), count)));
      input.addEventListener("change", () => {
        if (single) this.#set(name, input.checked ? value : null);
        else this.#set(name, input.checked ? [...this.filters[name], value] : this.filters[name].filter((other) => other !== value));
      });
      options.set(value, { input, count });
    }
    const note = element("span", { class: "filter-note" });
    const details = element("details", { class: "filter-group" }, element("summary", {}, this.words.filters[name], note), list);
    this.#groups.set(name, { details, note, options });
    return details;
  }

  #set(name, value) {
    this.filters = { ...this.filters, [name]: value };
    this.refresh();
    this.dispatchEvent(new Event("change"));
  }

  /** Take one filter off, or one value of it. */
  remove(name, value) {
    const current = this.filters[name];
    const next = Array.isArray(current) && value !== undefined ? current.filter((other) => other !== value) : NO_FILTERS[name];
    if (name === "q") this.parts.search.value = "";
    this.#set(name, next);
  }

  clear() {
    this.filters = { ...NO_FILTERS };
    this.parts.search.value = "";
    this.refresh();
    this.dispatchEvent(new Event("change"));
  }

  /** Counts, ticks and chips as the filters are now. */
  refresh() {
    for (const [name, { note, options }] of this.#groups) {
      const counts = countValues(this.#flights, this.filters, name);
      const chosen = [this.filters[name]].flat();
      for (const [value, { input, count }] of options) {
        input.checked = chosen.includes(value);
        count.textContent = String(counts.get(value) ?? 0);
        input.closest("li").classList.toggle("is-none", !counts.get(value) && !input.checked);
      }
      const ticked = [...options].filter(([value]) => chosen.includes(value));
      note.textContent = ticked.map(([value]) => this.labels(name, value)).join(", ");
    }
    this.#showChips();
  }

  #showChips() {
    const { chips, count } = this.parts;
    const active = activeFilters(this.filters);
    count.textContent = active.length ? String(active.length) : "";
    const made = active.flatMap((name) => [this.filters[name]].flat().map((value) => this.#chip(name, value)));
    if (made.length > 1) {
      const clear = element("button", { type: "button", class: "chip chip-clear" }, this.words.clearFilters);
      clear.addEventListener("click", () => this.clear());
      made.push(clear);
    }
    chips.replaceChildren(...made);
    chips.hidden = made.length === 0;
  }

  #chip(name, value) {
    const label = name === "q" ? `“${value}”` : this.labels(name, value);
    const chip = element(
      "button",
      { type: "button", class: "chip", "aria-label": fill(this.words.removeFilter, { filter: `${this.words.filters[name]}: ${label}` }) },
      label,
      element("span", { "aria-hidden": "true" }, "×"),
    );
    chip.addEventListener("click", () => this.remove(name, value));
    return chip;
  }

  /**
   * Why nothing is shown.
   *
   * @param {number} passing how many flights pass the filters at any time
   * @param {number} shown how many of them are in the window
   * @param {{jump: () => void, when: string}|null} elsewhere where those that pass are, when none is in the window
   */
  explain(passing, shown, elsewhere) {
    const { empty } = this.parts;
    empty.hidden = shown > 0;
    if (shown > 0) return;
    if (passing > 0) {
      const parts = [element("p", {}, fill(plural(this.words.elsewhere, passing, this.language), { when: elsewhere?.when ?? "" }))];
      if (elsewhere) {
        const jump = element("button", { type: "button", class: "button" }, this.words.showThem);
        jump.addEventListener("click", elsewhere.jump);
        parts.push(jump);
      }
      empty.replaceChildren(...parts);
      return;
    }
    const reasons = explainEmpty(this.#flights, this.filters);
    const helpful = reasons.filter(({ without }) => without > 0);
    const entries = helpful.map(({ name, without }) => {
      const button = element("button", { type: "button", class: "button" }, fill(plural(this.words.without, without, this.language), { filter: this.words.filters[name] }));
      button.addEventListener("click", () => this.remove(name));
      return button;
    });
    const clear = element("button", { type: "button", class: "button" }, this.words.clearFilters);
    clear.addEventListener("click", () => this.clear());
    const sentence = helpful.length ? this.words.nothingPasses : reasons.length ? this.words.nothingPassesTogether : this.words.emptyArchive;
    empty.replaceChildren(element("p", {}, sentence), ...entries, ...(reasons.length && !helpful.length ? [clear] : []));
  }
}
