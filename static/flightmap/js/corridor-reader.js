/**
 * What the corridor map has for who does something: filters, search, playback's tools, the card of a chosen flight,
 * hands on the lanes, the address. It comes at the first sign of a reader (first-use.js); with an address that asks for
 * something it is there from the start.
 */

import { FlightCard } from "./corridor-card.js";
import { Choice } from "./corridor-choice.js";
import { startEvidence } from "./corridor-evidence.js";
import { explain, showVisit, startFind } from "./corridor-find.js";
import { startPlayback } from "./corridor-playback.js";
import { Sheet, attachDates, attachShare } from "./corridor-side.js";
import { parsePlayback, writePlayback } from "./playback-state.js";
import { attachHands } from "./timeline-hands.js";
import { UrlState, appendFilters, formatTime, parseState } from "./url-state.js";

export { parseState };

export class CorridorReader {
  /** @param {object} page the CorridorPage; its parts are there, a flight may be chosen already */
  constructor(page) {
    this.page = page;
    const { timeline, notices, words, part } = page;
    attachHands(timeline);
    this.card = new FlightCard(part("card"), {
      describer: timeline.describer, words,
      actions: {
        close: () => page.selection.select(null), fit: (flight) => this.choice.fit(flight), address: (flight) => this.#addressOf(flight),
        visit: (flight, which) => showVisit(page, flight, which),
      },
    });
    page.filters = startFind(page, timeline.describer);
    page.sheet = new Sheet(part("side"), part("sheet-open"), part("sheet-close"));
    part("help-legend").append(timeline.parts.legend.cloneNode(true));
    this.dates = attachDates(part("from"), part("to"), (window) => timeline.setWindow(window, { announce: true }));
    this.evidence = startEvidence(page);
    this.playback = startPlayback(page, parsePlayback(new URLSearchParams(location.search)));
    this.#startAddress();
    attachShare(part("share"), part("share-address"), () => {
      page.url.enable();
      page.url.flush();
    }, (text) => notices.say(text), words);
    this.#aimListLink(part("list-link"));
    page.selection.addEventListener("select", () => this.#onSelect());
    this.#onSelect();
    this.choice = new Choice(page);
    this.dates.show(timeline.window);
  }

  #startAddress() {
    const { page } = this;
    const { clock, selection, timeline, map } = page;
    page.url = new UrlState(() => ({
      window: timeline.window, time: clock.time, speed: clock.rate === page.usualRate ? null : clock.rate, flight: selection.selected,
      view: page.moved || page.asked.view ? map.view : null, estimates: page.estimates || null, sources: this.evidence.on, filters: page.filters.filters, more: (query) => writePlayback(query, this.playback.state),
    }));
    for (const name of ["state", "time"]) clock.addEventListener(name, () => page.url.touch());
    selection.addEventListener("select", () => page.url.touch());
    map.onMoved(() => page.url.touch());
    addEventListener("pagehide", () => page.url.flush());
    page.url.onReturn((state) => import("./corridor-return.js").then(({ restore }) => restore(page, state)));
    if (!page.touched) return;
    page.url.enable();
    page.url.touch(); // what was done meanwhile
  }

  #onSelect() {
    const { page } = this;
    const flight = page.byId.get(page.selection.selected) ?? null;
    this.card.show(flight);
    if (flight) page.sheet.close();
  }

  /** The page has found what it shows: say so in the dates, and why it is nothing. */
  shown(flights, elsewhere) {
    this.dates.show(this.page.timeline.window);
    explain(this.page, flights, elsewhere);
  }

  /** The path of the chosen flight may have come. */
  pathsArrived() {
    this.choice.pathsArrived();
    this.playback.chosen();
    this.evidence.chosen();
  }

  /** A flight's own page at the moment shown here. */
  #addressOf(flight) {
    const { time } = this.page.clock;
    const within = flight.has_path && time >= flight.start && time <= flight.end;
    return within ? `${flight.url}?t=${formatTime(time)}` : flight.url;
  }

  /** The list page with the same filters. */
  #aimListLink(link) {
    const aim = () => {
      const query = new URLSearchParams();
      appendFilters(query, this.page.filters.filters);
      link.setAttribute("href", `/flights/?${query}`);
    };
    for (const name of ["pointerdown", "pointerover", "focus"]) link.addEventListener(name, aim);
  }
}
