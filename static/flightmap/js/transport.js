/**
 * The controls of a clock: play, speed, scrubber and the time in three zones (templates/tracks/transport.html).
 * Keys: space plays and pauses; arrows step, with Shift further; Home and End go to the ends.
 */

import { RATES } from "./clock.js";
import { ZONES, beside, offsetName, utc } from "./time-format.js";
import { element, fill } from "./timeline-words.js";

/** Seconds of data an arrow steps: what a tenth of a second of play takes, at least 10 s; with Shift ten times that. */
const STEP = { least: 10, wall: 0.1, shift: 10 };

export class Transport {
  /**
   * @param {HTMLElement} root the element marked data-transport
   * @param {import("./clock.js").Clock} clock
   * @param {{dayWord?: string, skip?: (shown: boolean) => void}} [options] skip: called when "skip gaps" is switched
   */
  constructor(root, clock, { dayWord = "{n} d", skip } = {}) {
    const part = (name) => root.querySelector(`[data-transport-${name}]`);
    this.root = root;
    this.clock = clock;
    this.dayWord = dayWord;
    this.still = null;
    this.parts = {
      play: part("play"), rate: part("rate"), scrub: part("scrub"), gaps: part("gaps"), marks: part("marks"),
      utc: part("utc"), pyongyang: part("pyongyang"), vladivostok: part("vladivostok"), skip: part("skip"),
    };
    this.parts.rate.replaceChildren(...rateOptions(clock.rate));
    this.parts.play.addEventListener("click", () => this.#toggle());
    this.parts.rate.addEventListener("change", () => clock.setRate(Number(this.parts.rate.value)));
    this.parts.scrub.addEventListener("input", () => clock.seek(clock.start + Number(this.parts.scrub.value)));
    this.parts.scrub.addEventListener("keydown", (event) => this.#onScrubKey(event));
    if (skip) {
      this.parts.skip.hidden = false;
      const box = this.parts.skip.querySelector("input");
      box.addEventListener("change", () => skip(box.checked));
    }
    clock.addEventListener("time", () => this.#showTime());
    clock.addEventListener("state", () => this.#showState());
    this.#showState();
    root.hidden = false;
  }

  /**
   * Say why there is nothing to play, and do not play; null when there is. The time can still be moved.
   * @param {string|null} reason
   */
  setStill(reason) {
    const { play } = this.parts;
    if (reason === this.still) return;
    this.playTitle ??= play.title;
    this.still = reason;
    play.title = reason ?? this.playTitle;
    // Not `disabled`: the button keeps its place in the tab order, where the reason is told.
    if (reason === null) play.removeAttribute("aria-disabled");
    else play.setAttribute("aria-disabled", "true");
    if (reason !== null) this.clock.pause();
  }

  /** Hatch these times (epoch seconds) on the scrubber: nothing was observed in them. */
  setGaps(gaps) {
    this.parts.gaps.replaceChildren(...gaps.map((gap) => this.#span("transport-gap", gap)));
  }

  /** Mark these moments on the scrubber: `{kind, time}` of events.js. */
  setEvents(events) {
    this.events = events.map(({ kind, time }) => this.#span(`transport-event is-${kind}`, { start: time, end: time }));
    this.#showMarks();
  }

  /** A part of the scrubber, as far as the clock's range goes. */
  #span(className, { start, end }) {
    const { clock } = this;
    const share = (time) => (100 * (Math.min(clock.end, Math.max(clock.start, time)) - clock.start)) / (clock.end - clock.start || 1);
    const mark = element("span", { class: className });
    mark.style.left = `${share(start)}%`;
    mark.style.width = `${share(end) - share(start)}%`;
    return mark;
  }

  #showMarks() {
    const { loop } = this.clock;
    this.loop = loop;
    this.parts.marks.replaceChildren(...(loop ? [this.#span("transport-loop", loop)] : []), ...(this.events ?? []));
  }

  /** Listen to the keys of the whole page, except where they have work of their own. */
  listen(target = document) {
    target.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !isFree(event)) return;
      if (event.key === " ") this.#toggle();
      else if (!this.#step(event)) return;
      event.preventDefault();
    });
    return this;
  }

  #toggle() {
    if (this.still === null || this.clock.playing) this.clock.toggle();
  }

  #onScrubKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.#step(event)) event.preventDefault();
  }

  #step({ key, shiftKey }) {
    const { clock } = this;
    const by = Math.max(STEP.least, clock.rate * STEP.wall) * (shiftKey ? STEP.shift : 1);
    const to = { ArrowLeft: clock.time - by, ArrowRight: clock.time + by, Home: clock.start, End: clock.end }[key];
    if (to === undefined) return false;
    clock.seek(to);
    return true;
  }

  #showState() {
    const { clock, parts } = this;
    this.root.classList.toggle("is-playing", clock.playing);
    this.root.classList.toggle("is-reverse", clock.reverse);
    if (this.loop !== clock.loop) this.#showMarks();
    const label = clock.playing ? parts.play.dataset.labelPause : parts.play.dataset.labelPlay;
    parts.play.setAttribute("aria-label", label);
    if (Number(parts.rate.value) !== clock.rate) parts.rate.replaceChildren(...rateOptions(clock.rate));
    parts.scrub.max = String(clock.end - clock.start);
    this.#showTime();
  }

  #showTime() {
    const { clock, parts } = this;
    const said = utc(clock.time);
    parts.scrub.value = String(clock.time - clock.start);
    if (said === this.said) return; // frames are many, seconds are few
    this.said = said;
    parts.scrub.setAttribute("aria-valuetext", `${said} UTC`);
    parts.utc.textContent = said;
    parts.utc.dateTime = `${said.replace(" ", "T")}Z`;
    for (const zone of ["pyongyang", "vladivostok"]) {
      parts[zone].textContent = beside(clock.time, ZONES[zone], { day: this.dayWord });
      parts[zone].parentElement.title = offsetName(clock.time, ZONES[zone]);
    }
  }
}

/** Whether a key pressed here is the page's: not a control's, a link's or the map's own. */
function isFree(event) {
  const { target, key } = event;
  // A dialog that was closed keeps the focus until a frame or two later: what is not shown has no keys.
  if (target.checkVisibility?.() === false) return true;
  if (target.matches?.("input[type='checkbox']")) return key !== " "; // it has no other key of its own
  if (target.closest?.("input, select, textarea, [contenteditable]")) return false;
  if (key === " " && target.closest?.("button, summary, a, [role='button']")) return false;
  return !(key.startsWith("Arrow") && target.closest?.(".leaflet-container, [data-own-arrows], [role='grid'], [role='slider']"));
}

function rateOptions(current) {
  const rates = RATES.includes(current) ? RATES : [...RATES, current].sort((a, b) => a - b);
  return rates.map((rate) => {
    const option = document.createElement("option");
    option.value = String(rate);
    option.textContent = fill("{n}×", { n: rate });
    option.selected = rate === current;
    return option;
  });
}
