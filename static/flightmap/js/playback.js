/**
 * What is done with a clock beyond playing it: backwards, step by fix and by event, a loop, following an aircraft, labels
 * and trails (templates/tracks/transport.html). The same on every page with moving aircraft.
 */

import { RATES } from "./clock.js";
import { allEvents, nextFix, nextMoment } from "./events.js";
import { Follower } from "./follow.js";
import { attachGoTo } from "./go-to.js";
import { LABELS, TRAILS } from "./playback-state.js";
import { duration, utc } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

const FADE = 1800; // seconds of data a fading trail stays
const MOST_LISTED = 60; // events

export class Playback extends EventTarget {
  #marks = { start: null, end: null };
  #wantsFollow = false; // asked for by the address, or before an aircraft was chosen

  /**
   * Sends "change" when anything of `state` changed.
   *
   * @param {HTMLElement} root the transport
   * @param {object} options
   * @param {import("./clock.js").Clock} options.clock
   * @param {L.Map} options.map
   * @param {import("./flight-layer.js").FlightLayer} options.layer
   * @param {object} options.words "playback" of templates/tracks/map_words.html, and "durations"
   * @param {(text: string) => void} options.say tells the reader, a screen reader too
   * @param {() => {flights: {summary: object, path: object|null, name: string}[], chosen: string|null}} options.subject what is
   *   stepped through: the chosen flight alone, or all that are shown
   * @param {() => boolean} options.estimates whether estimated fixes are shown
   * @param {object} options.asked of `parsePlayback`
   * @param {(time: number) => void} [options.go] goes to a moment typed in, epoch seconds
   */
  constructor(root, { clock, map, layer, words, say, subject, estimates, asked, go = (time) => clock.seek(time) }) {
    super();
    Object.assign(this, { root, clock, layer, words, say, subject, estimates, labels: asked.labels, trails: asked.trails });
    this.follower = new Follower(map, layer, clock, () => this.#onFollowEnded());
    this.actions = {
      "event-previous": () => this.#toEvent(-1), "event-next": () => this.#toEvent(1),
      "fix-previous": () => this.#toFix(-1), "fix-next": () => this.#toFix(1),
      reverse: () => clock.setReverse(!clock.reverse),
      "loop-start": () => this.#mark("start"), "loop-end": () => this.#mark("end"), "loop-clear": () => this.#clearLoop(),
      follow: () => this.#toggleFollow(),
    };
    for (const button of root.querySelectorAll("[data-playback]")) button.addEventListener("click", this.actions[button.dataset.playback]);
    this.choices = { labels: root.querySelector("[data-playback-labels]"), trails: root.querySelector("[data-playback-trails]") };
    for (const [name, select] of Object.entries(this.choices)) {
      select.value = this[name];
      select.addEventListener("change", () => this.#choose(name, select.value));
    }
    const more = root.querySelector("[data-playback-more]");
    this.#foldAway(more);
    attachGoTo(root.querySelector("[data-playback-go]"), more, clock, go);
    clock.addEventListener("state", () => this.#show());
    if (asked.reverse) clock.setReverse(true);
    if (asked.loop) {
      this.#marks = { ...asked.loop };
      clock.setLoop(asked.loop);
    }
    this.#wantsFollow = asked.follow;
    this.#look();
    this.#show();
    this.chosen();
  }

  /** For `listenToKeys`. */
  get keys() {
    const { actions, clock } = this;
    return {
      r: actions.reverse, ",": actions["fix-previous"], ".": actions["fix-next"], p: actions["event-previous"], n: actions["event-next"],
      i: actions["loop-start"], o: actions["loop-end"], l: actions["loop-clear"], c: actions.follow,
      d: () => this.#choose("labels", after(LABELS, this.labels), true), t: () => this.#choose("trails", after(TRAILS, this.trails), true),
      "+": () => clock.setRate(RATES.find((rate) => rate > clock.rate) ?? clock.rate),
      "-": () => clock.setRate(RATES.findLast((rate) => rate < clock.rate) ?? clock.rate),
    };
  }

  /** For `writePlayback`. */
  get state() {
    const { clock, labels, trails } = this;
    return { reverse: clock.reverse, loop: clock.loop, follow: this.follower.id !== null || this.#wantsFollow, labels, trails };
  }

  /** Another flight is chosen, or the first now has its path: who follows, follows that. */
  chosen() {
    const { chosen } = this.subject();
    if (this.follower.id !== null || this.#wantsFollow) {
      this.#wantsFollow = chosen === null && this.#wantsFollow;
      this.follower.follow(chosen);
    }
    this.#show();
  }

  #toEvent(way) {
    const { clock, words } = this;
    const { flights } = this.subject();
    const moment = nextMoment(allEvents(flights), clock.time, way, clock);
    if (!moment) {
      this.say(way > 0 ? words.noLaterEvent : words.noEarlierEvent);
      return;
    }
    clock.seek(moment.time);
    this.say(this.#momentInWords(moment.time, moment.events, flights));
  }

  #toFix(way) {
    const { clock, words } = this;
    const { flights } = this.subject();
    const paths = flights.map(({ path }) => path).filter(Boolean);
    const found = nextFix(paths, clock.time, way, this.estimates());
    if (!found || found.time < clock.start || found.time > clock.end) {
      this.say(way > 0 ? words.noLaterFix : words.noEarlierFix);
      return;
    }
    clock.pause();
    clock.seek(found.time);
    const { path, stretch, fix, time } = found;
    const before = path.stretches.slice(0, stretch).reduce((sum, { n }) => sum + n, 0);
    const total = path.stretches.reduce((sum, { n }) => sum + n, 0);
    const said = fill(words.fix, { n: before + fix + 1, total, time: utc(time) });
    this.say(flights.length > 1 ? `${this.#nameOf(path.id, flights)}: ${said}` : said);
  }

  #momentInWords(time, events, flights) {
    const names = events.map((event) => {
      const name = this.#eventName(event);
      return flights.length > 1 && event.id ? `${this.#nameOf(event.id, flights)}: ${name}` : name;
    });
    return fill(this.words.moment, { events: [...new Set(names)].join(" · "), time: utc(time) });
  }

  #eventName({ kind, detail }) {
    const { events, bases, gap } = this.words;
    const name = events[kind];
    if (kind === "takeOff" || kind === "landing") return bases[detail] ? `${name} (${bases[detail]})` : name;
    return kind === "gapStart" && detail ? fill(gap, { event: name, duration: duration(detail, this.words.durations) }) : name;
  }

  #nameOf(id, flights) {
    return flights.find(({ summary }) => summary.id === id)?.name ?? "";
  }

  #mark(end) {
    const { clock, words } = this;
    const marks = { ...this.#marks, [end]: clock.time };
    // A start at or after the end begins a new range, and so does an end before the start.
    const other = end === "start" ? "end" : "start";
    if (marks.start !== null && marks.end !== null && marks.start >= marks.end) marks[other] = null;
    this.#marks = marks;
    const isWhole = marks.start !== null && marks.end !== null;
    clock.setLoop(isWhole ? { ...marks } : null);
    this.#show();
    this.say(isWhole ? this.#loopInWords() : fill(end === "start" ? words.loopStarts : words.loopEnds, { time: utc(clock.time) }));
    this.#change();
  }

  #loopInWords() {
    const { start, end } = this.#marks;
    const [from, to] = [utc(start), utc(end)];
    const { words } = this;
    return fill(words.loops, { from, to: from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to, duration: duration(end - start, words.durations) });
  }

  #clearLoop() {
    if (this.#marks.start === null && this.#marks.end === null) return;
    this.#marks = { start: null, end: null };
    this.clock.setLoop(null);
    this.#show();
    this.say(this.words.loopCleared);
    this.#change();
  }

  #toggleFollow() {
    const { flights, chosen } = this.subject();
    const isFollowing = this.follower.id !== null;
    this.#wantsFollow = false;
    if (!isFollowing && chosen === null) {
      this.say(this.words.chooseToFollow);
      return;
    }
    this.follower.follow(isFollowing ? null : chosen);
    this.say(fill(isFollowing ? this.words.followEnded : this.words.follows, { name: this.#nameOf(chosen, flights) }));
    this.#show();
    this.#change();
  }

  #onFollowEnded() {
    this.#wantsFollow = false;
    this.say(this.words.followEnded);
    this.#show();
    this.#change();
  }

  #choose(name, value, aloud = false) {
    this[name] = value;
    this.choices[name].value = value;
    this.#look();
    if (aloud) this.say(`${this.words[name]}: ${this.choices[name].selectedOptions[0].textContent}`);
    this.#change();
  }

  #look() {
    this.layer.setLook({ labels: this.labels, fade: this.trails === "fade" ? FADE : 0 });
  }

  #show() {
    const { clock, root, words } = this;
    const press = (name, pressed) => {
      for (const button of root.querySelectorAll(`[data-playback="${name}"]`)) button.setAttribute("aria-pressed", String(pressed));
    };
    press("reverse", clock.reverse);
    press("follow", this.follower.id !== null);
    const { start, end } = this.#marks;
    const said = root.querySelector("[data-playback-loop]");
    if (start !== null && end !== null) said.textContent = this.#loopInWords();
    else said.textContent = start === null && end === null ? words.noLoop : fill(start === null ? words.loopEnds : words.loopStarts, { time: utc(start ?? end) });
    root.querySelector("[data-playback='loop-clear']").disabled = start === null && end === null;
  }

  /** The folded part: a list of events made when it opens; Escape and a press elsewhere close it. */
  #foldAway(details) {
    const list = details.querySelector("[data-playback-events]");
    details.addEventListener("toggle", () => details.open && this.#list(list));
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      event.preventDefault();
      details.open = false;
      details.querySelector("summary").focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (details.open && !details.contains(event.target)) details.open = false;
    });
  }

  #list(list) {
    const { clock } = this;
    const { flights } = this.subject();
    const events = allEvents(flights);
    const entries = [];
    for (let at = nextMoment(events, -Infinity, 1, clock); at && entries.length < MOST_LISTED; at = nextMoment(events, at.events.at(-1).time, 1, clock)) {
      const { time, events: together } = at;
      const button = element("button", { type: "button", class: "playback-event" }, this.#momentInWords(time, together, flights));
      button.addEventListener("click", () => clock.seek(time));
      entries.push(element("li", {}, button));
    }
    list.replaceChildren(...entries);
    list.parentElement.hidden = !entries.length;
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The one after, and after the last the first. */
const after = (values, value) => values[(values.indexOf(value) + 1) % values.length];
