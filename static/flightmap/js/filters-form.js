/**
 * The filters of the map as a form: a group of choices for each, with the number of flights each choice would
 * leave; the chosen ones as chips that take themselves off; and, when nothing is left, why.
 */

import { NO_FILTERS, activeFilters, applyFilters, asWritten, countOf, countValues, explainEmpty } from "./filters.js";
import { fold } from "./search.js";
import { element, fill, plural } from "./timeline-words.js";

/** Filters of which one value can be chosen; of the others, several. */
const SINGLE = ["direction", "sanctioned", "undated", "demonstration"];
const GROUPS = [
  "class", "aircraft", "registration", "icao24", "type", "operator", "callsign", "airport", "direction", "sanctioned", "undated", "demonstration",
];
/** Aircraft have these; they are offered only when an address asks for them. */
const ASKED_ONLY = ["registration", "icao24"];
/** A choice of one thing that some flights have and others do not. */
const ALONE = ["undated"];
/** From so many choices on, a field narrows them. */
const MANY = 12;
const byText = new Intl.Collator("en", { numeric: true });

/** Sends "change" when the reader has changed `filters`; detail: `{typing: true}` where letters of a search did. */
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
    parts.search.addEventListener("input", () => this.put({ ...this.filters, q: parts.search.value.trim() }, { typing: true }));
    parts.search.form?.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The flights that pass. */
  get passing() {
    return applyFilters(this.#flights, this.filters);
  }

  /** Whether any filter is set. */
  get isNarrowed() {
    return activeFilters(this.filters).length > 0;
  }

  /** The flights to choose among; builds the groups. A filter with nothing to choose between has none. */
  setFlights(flights) {
    this.#flights = flights;
    this.filters = asWritten(flights, this.filters);
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
    if (chosen.length === 0 && (ASKED_ONLY.includes(name) || values.length < (ALONE.includes(name) ? 1 : 2))) return null;
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
    const details = element("details", { class: "filter-group" }, element("summary", {}, this.words.filters[name], note));
    if (values.length >= MANY) details.append(this.#narrower(name, list));
    details.append(list);
    this.#groups.set(name, { details, note, options });
    return details;
  }

  /** A field over a long list of choices: what is typed there leaves those that hold it. */
  #narrower(name, list) {
    const field = element("input", {
      type: "search", class: "filter-narrow", autocomplete: "off", "aria-label": fill(this.words.findIn, { filter: this.words.filters[name] }), placeholder: this.words.find,
    });
    field.addEventListener("input", () => {
      const typed = fold(field.value);
      for (const item of list.children) item.hidden = !fold(item.querySelector(".filter-word").textContent).includes(typed);
    });
    return field;
  }

  #set(name, value) {
    this.put({ ...this.filters, [name]: value });
  }

  /** Other filters all at once: a preset. What no group offers yet gets one. */
  put(filters, how) {
    this.filters = asWritten(this.#flights, { ...NO_FILTERS, ...filters });
    const { search } = this.parts;
    if (search.value.trim() !== this.filters.q) search.value = this.filters.q;
    const offered = (name) => [this.filters[name]].flat().every((value) => value === null || this.#groups.get(name)?.options.has(value));
    if (GROUPS.every(offered)) this.refresh();
    else this.setFlights(this.#flights);
    this.dispatchEvent(new CustomEvent("change", { detail: how }));
  }

  /** Take one filter off, or one value of it. */
  remove(name, value) {
    const current = this.filters[name];
    const next = Array.isArray(current) && value !== undefined ? current.filter((other) => other !== value) : NO_FILTERS[name];
    this.#set(name, next);
  }

  clear() {
    this.put(NO_FILTERS);
  }

  /** Counts, ticks and chips as the filters are now. */
  refresh() {
    for (const [name, { note, options }] of this.#groups) {
      const counts = countValues(this.#flights, this.filters, name);
      const chosen = [this.filters[name]].flat();
      for (const [value, { input, count }] of options) {
        input.checked = chosen.includes(value);
        const n = counts.get(value) ?? countOf(this.#flights, this.filters, name, value);
        count.textContent = this.#number(n);
        input.closest("li").classList.toggle("is-none", !n && !input.checked);
      }
      const ticked = [...options].filter(([value]) => chosen.includes(value));
      note.textContent = ticked.map(([value]) => this.labels(name, value)).join(", ");
    }
    this.#showChips();
  }

  #number(n) {
    return new Intl.NumberFormat(this.language).format(n);
  }

  #showChips() {
    const { chips, count } = this.parts;
    const active = activeFilters(this.filters);
    count.textContent = active.length ? this.#number(active.length) : "";
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
   * Why nothing is shown, with the ways out: to where those that pass are, and without each filter that empties it.
   *
   * @param {number} passing how many flights pass the filters at other times; where none does, how many without a date
   * @param {number} shown how many of them are in the window
   * @param {{jump: () => void, when: string}|null} elsewhere where those that pass are, when none is in the window
   * @param {(flight: object) => boolean} inWindow
   */
  explain(passing, shown, elsewhere, inWindow) {
    const { empty } = this.parts;
    empty.hidden = shown > 0;
    if (shown > 0) return;
    const { words } = this;
    if (passing > 0) {
      const here = this.#ways(explainEmpty(this.#flights, this.filters, inWindow), words.withoutHere);
      const sentence = elsewhere ? fill(plural(words.elsewhere, passing, this.language), { when: elsewhere.when }) : plural(words.onlyUndated, passing, this.language);
      empty.replaceChildren(element("p", {}, sentence), ...(elsewhere ? [this.#button(words.showThem, elsewhere.jump)] : []), ...here);
      return;
    }
    const reasons = explainEmpty(this.#flights, this.filters);
    const ways = this.#ways(reasons, words.without);
    const sentence = ways.length ? words.nothingPasses : reasons.length ? words.nothingPassesTogether : words.emptyArchive;
    const absence = reasons.length ? element("p", { class: "faint" }, words.absence) : null;
    const clear = reasons.length && !ways.length ? this.#button(words.clearFilters, () => this.clear()) : null;
    empty.replaceChildren(element("p", {}, sentence), ...[...ways, clear, absence].filter(Boolean));
  }

  /** A button for each filter without which there would be something, with what it is set to. */
  #ways(reasons, forms) {
    return reasons
      .filter(({ without }) => without > 0)
      .map(({ name, without }) => this.#button(fill(plural(forms, without, this.language), { filter: this.#inWords(name) }), () => this.remove(name)));
  }

  /** "Class: observed", "Aircraft: RA-82030 …" */
  #inWords(name) {
    const values = [this.filters[name]].flat();
    const first = name === "q" ? values[0] : this.labels(name, values[0]);
    return `${this.words.filters[name]}: ${first}${values.length > 1 ? " …" : ""}`;
  }

  #button(text, act) {
    const button = element("button", { type: "button", class: "button" }, text);
    button.addEventListener("click", act);
    return button;
  }
}
