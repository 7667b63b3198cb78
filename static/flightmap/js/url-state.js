/**
 * The state of the corridor map as a query, so that a copied address opens what its sender saw:
 *
 *     ?from=2026-03-01T00:00:00Z&to=…   the window        &t=…                the clock
 *     &speed=300                        data seconds/s     &flight=k3x9q7wz    the chosen flight
 *     &view=41.2,131.5,6.25             lat, lng, zoom     &estimates=1        estimates drawn
 *     &aircraft=RA-82030&class=reported &…                 filters, repeated for several values
 *
 * An address comes from anywhere: each value is read by itself and one that makes no sense is left
 * out, so the page falls back to what it would have shown without it.
 */

/** Values a filter may hold are free words of the archive; longer ones are nobody's filter. */
const LONGEST_WORD = 120;
/** More values than any form here sends. */
const MOST_VALUES = 50;

export const LIST_FILTERS = ["aircraft", "registration", "icao24", "operator", "type", "callsign", "airport", "class"];
/** Of these a form lets one write several, with commas. */
const TYPED = ["registration", "icao24"];
const CLASSES = ["observed", "reported"];
const DIRECTIONS = ["outbound", "inbound"];
const YES = ["yes", "1", "true", "on"];
const NO = ["no", "0", "false", "off"];
/** How demonstration flights are asked for, and what else is understood. Unasked, the server decides. */
const DEMONSTRATION = { no: "no", 0: "no", false: "no", all: "all", 1: "all", true: "all", only: "only", yes: "only" };

/** Times the archive can hold: outside them a date is a slip of the keyboard. */
const EARLIEST = Date.UTC(1900, 0, 1) / 1000;
const LATEST = Date.UTC(2200, 0, 1) / 1000;

const ISO_TIME =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/**
 * Read an ISO 8601 time: a year, month, day or moment; without an offset it is UTC.
 *
 * @param {string|null} text
 * @param {{end?: boolean}} [options] end: of a year, month or day take the end ("to 2024-03-21" includes the 21st)
 * @returns {number|null} epoch seconds, or null for anything that is no time of the archive
 */
export function parseTime(text, { end = false } = {}) {
  let written = (text ?? "").trim();
  // The plus sign of an offset typed into an address arrives as a space.
  if (written.includes("T")) written = written.replace(" ", "+");
  const match = ISO_TIME.exec(written);
  if (!match) return null;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const parts = [year, month - 1, day, hour, minute, second].map(Number);
  const utc = new Date(Date.UTC(...parts));
  // Date.UTC carries 31 February over into March; a date that does not exist is no date.
  const exists =
    utc.getUTCFullYear() === parts[0] && utc.getUTCMonth() === parts[1] && utc.getUTCDate() === parts[2] &&
    utc.getUTCHours() === parts[3] && utc.getUTCMinutes() === parts[4] && utc.getUTCSeconds() === parts[5];
  if (!exists) return null;
  if (end && match[4] === undefined) {
    if (match[3] !== undefined) utc.setUTCDate(utc.getUTCDate() + 1);
    else if (match[2] !== undefined) utc.setUTCMonth(utc.getUTCMonth() + 1);
    else utc.setUTCFullYear(utc.getUTCFullYear() + 1);
  }
  const seconds = utc.getTime() / 1000 + Number(fraction || 0) - offsetSeconds(zone);
  return seconds >= EARLIEST && seconds <= LATEST ? seconds : null;
}

function offsetSeconds(zone) {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60;
  return zone[0] === "-" ? -seconds : seconds;
}

/** Epoch seconds as the address writes them: whole seconds, UTC. */
export function formatTime(seconds) {
  return new Date(Math.round(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

/** A decimal number in its plain writing, or null ("", "0x10", "1e999" and "Infinity" are none). */
function parseNumber(text) {
  if (!/^[+-]?\d{1,9}(\.\d{1,12})?$/.test(text ?? "")) return null;
  return Number(text);
}

/**
 * @param {string|null} text "lat,lng,zoom"
 * @returns {{lat: number, lng: number, zoom: number}|null}
 */
export function parseView(text) {
  const parts = (text ?? "").split(",").map((part) => parseNumber(part.trim()));
  if (parts.length !== 3 || parts.includes(null)) return null;
  const [lat, lng, zoom] = parts;
  if (Math.abs(lat) > 90 || Math.abs(lng) > 360 || zoom < 0 || zoom > 22) return null;
  return { lat, lng, zoom };
}

/** True, false, or null when the text is neither a word for yes nor one for no. */
function parseChoice(text) {
  if (YES.includes(text)) return true;
  return NO.includes(text) ? false : null;
}

/** Words worth filtering by: trimmed, not empty, not endless, each once. */
function parseWords(values) {
  const words = values.map((value) => value.trim()).filter((value) => value && value.length <= LONGEST_WORD);
  return [...new Set(words)].slice(0, MOST_VALUES);
}

/**
 * Read a query. Every field is null (or, for filters, empty) when absent or senseless.
 *
 * @param {string} search the query, with or without "?"
 * @param {{slowest?: number, fastest?: number}} [speeds] speeds the page can play at, data seconds per second
 */
export function parseState(search, { slowest = 1, fastest = 1000 } = {}) {
  const query = new URLSearchParams(search);
  const from = parseTime(query.get("from"));
  const to = parseTime(query.get("to"), { end: true });
  const speed = parseNumber(query.get("speed"));
  const flight = (query.get("flight") ?? "").trim();
  return {
    // Half a window, or one that ends before it starts, is no window.
    window: from !== null && to !== null && to > from ? { start: from, end: to } : null,
    time: parseTime(query.get("t")),
    speed: speed !== null && speed >= slowest && speed <= fastest ? speed : null,
    flight: /^[0-9A-Za-z_-]{1,32}$/.test(flight) ? flight : null,
    view: parseView(query.get("view")),
    estimates: parseChoice(query.get("estimates")),
    sources: parseChoice(query.get("sources")),
    filters: parseFilters(query),
  };
}

/** The filters of a query, by the names `/flights/` and the API understand too. */
function parseFilters(query) {
  const word = (name) => (query.getAll(name).at(-1) ?? "").trim().toLowerCase(); // of several, the last, as the server reads it
  const given = (name) => (TYPED.includes(name) ? query.getAll(name).flatMap((text) => text.split(",")) : query.getAll(name));
  const lists = LIST_FILTERS.map((name) => [name, parseWords(given(name))]);
  const filters = Object.fromEntries(lists);
  return {
    ...filters,
    class: filters.class.filter((one) => CLASSES.includes(one)),
    direction: DIRECTIONS.includes(word("direction")) ? word("direction") : null,
    sanctioned: parseChoice(word("sanctioned")),
    undated: parseChoice(word("undated")) || null,
    demonstration: Object.hasOwn(DEMONSTRATION, word("demonstration")) ? DEMONSTRATION[word("demonstration")] : null,
    q: parseWords([query.getAll("q").at(-1) ?? ""])[0] ?? "",
  };
}

/**
 * Write a state as a query without "?"; what is null, empty or undefined is left out.
 * `parseState(formatState(state))` gives the state back, times to the second, views to 5 decimals.
 */
export function formatState(state) {
  const query = new URLSearchParams();
  const put = (name, value) => {
    if (value !== null && value !== undefined && value !== "") query.append(name, value);
  };
  if (state.window) {
    put("from", formatTime(state.window.start));
    put("to", formatTime(state.window.end));
  }
  if (Number.isFinite(state.time)) put("t", formatTime(state.time));
  put("speed", state.speed);
  put("flight", state.flight);
  if (state.view) {
    const { lat, lng, zoom } = state.view;
    put("view", [lat.toFixed(5), lng.toFixed(5), zoom.toFixed(2)].map(Number).join(","));
  }
  if (state.estimates !== null && state.estimates !== undefined) put("estimates", state.estimates ? 1 : 0);
  if (state.sources) put("sources", 1);
  state.more?.(query); // what a page adds of its own
  appendFilters(query, state.filters);
  // Colons and commas mean themselves in a query; written out they keep an address readable.
  return query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** Add the filters to a query: also the form of `/flights/`, which understands the same names. */
export function appendFilters(query, filters = {}) {
  for (const name of LIST_FILTERS) {
    for (const value of filters[name] ?? []) query.append(name, value);
  }
  if (filters.direction) query.append("direction", filters.direction);
  if (filters.sanctioned === true || filters.sanctioned === false) query.append("sanctioned", filters.sanctioned ? "yes" : "no");
  if (filters.undated) query.append("undated", "yes");
  if (filters.demonstration) query.append("demonstration", filters.demonstration);
  if (filters.q) query.append("q", filters.q);
}

/** Milliseconds without typing after which the next letter begins another search. */
const PAUSE = 1500;

/**
 * Keeps the address bar in step with a state. Other filters make an entry of the browser's history, so that "Back"
 * undoes them; all else is written into the entry shown.
 *
 * The address stays as it was until the reader does something (`enable`), so that opening `/` leaves
 * `/`. Browsers refuse more than about 100 changes in 30 s, so writing waits: at most one each `wait` ms.
 */
export class UrlState {
  #read;
  #wait;
  #timer = null;
  #enabled = false;
  #search; // of the entry shown
  #filters = null; // of the entry shown
  #typed = -Infinity; // when letters were last typed into a search, ms

  /**
   * @param {() => object} read gives the state to write, as for `formatState`
   * @param {{wait?: number, history?: History, location?: Location}} [options] wait in milliseconds
   */
  constructor(read, { wait = 700, history = globalThis.history, location = globalThis.location } = {}) {
    this.#read = read;
    this.#wait = wait;
    this.history = history;
    this.location = location;
    this.#search = location.search;
  }

  /** From now on the address follows. */
  enable() {
    if (!this.#enabled) this.#filters = this.#read().filters;
    this.#enabled = true;
  }

  /** Something changed: write it soon. */
  touch() {
    if (!this.#enabled || this.#timer !== null) return;
    this.#timer = setTimeout(() => this.flush(), this.#wait);
  }

  /** The reader changed the filters. Letters typed without a pause (`typing`) are one change. */
  filtered({ typing = false } = {}) {
    if (!this.#enabled) return;
    const state = this.#read();
    const { filters } = state;
    const goesOn = typing && performance.now() - this.#typed < PAUSE;
    const isOther = formatState({ filters }) !== formatState({ filters: this.#filters });
    // A space before the next word changes nothing yet: the search that is changed begins with the letter after it.
    this.#typed = typing && (goesOn || isOther) ? performance.now() : -Infinity;
    if (!goesOn && isOther) {
      this.#write("replaceState", { ...state, filters: this.#filters });
      this.#write("pushState", state);
    }
    this.#filters = filters;
    this.touch();
  }

  /** The reader went back or forward in the history: `restore` is called with what the entry's address says. */
  onReturn(restore) {
    addEventListener("popstate", () => {
      if (this.location.search === this.#search) return; // another part of the page, no other state
      this.#search = this.location.search;
      const state = parseState(this.#search);
      this.#filters = state.filters;
      restore(state);
    });
  }

  /** Write now what is waiting to be written. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#enabled) this.#write("replaceState", this.#read());
  }

  #write(method, state) {
    const query = formatState(state);
    this.#search = query && `?${query}`;
    const address = this.location.pathname + this.#search + this.location.hash;
    const shown = this.location.pathname + this.location.search + this.location.hash;
    if (address !== shown) this.history[method](this.history.state, "", address);
  }
}
