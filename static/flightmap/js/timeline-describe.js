/**
 * What a bar says in words: for the tip beside the pointer and for a screen reader. A report says how vague
 * its date is; only observed flights have times.
 */

import { duration, utcMinute, zoned } from "./time-format.js";
import { fill, plural } from "./timeline-words.js";

/** Words, language and formatters of one page. */
export class Describer {
  /**
   * @param {object} words translated pieces, `templates/tracks/timeline_words.html`
   * @param {string} language of the page
   * @param {Record<string, string>} [cities] by ICAO code, for airports whose city says enough
   */
  constructor(words, language, cities = {}) {
    this.words = words;
    this.language = language;
    this.cities = cities;
    // Plain English would put the month first, which half the world reads as the day.
    const locale = language === "en" ? "en-GB" : language;
    const format = (style) => new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" });
    this.long = { month: format({ month: "long", year: "numeric" }), day: format({ day: "numeric", month: "long", year: "numeric" }) };
  }

  /** "20 March 2024": a date to be heard. */
  longDate = (time) => this.long.day.format(time * 1000);

  /** "2024-03-20" */
  date(time) {
    return zoned(time).date;
  }

  /** "2024-03-20 03:10 UTC" */
  moment(time) {
    return fill(this.words.moment, { date: this.date(time), time: utcMinute(time) });
  }

  /** "2024-03-20 03:10–05:05 UTC", both dates when they differ; days alone when the span is long. */
  interval(start, end, date = this.date) {
    const first = date(start);
    const wholeDays = start % 86400 === 0 && end % 86400 === 0;
    if (wholeDays || end - start > 2 * 86400) {
      const last = date(end - 1); // an interval that ends at midnight does not reach into the next day
      return first === last ? first : `${first} – ${last}`;
    }
    const [from, to] = [utcMinute(start), utcMinute(end)];
    if (first === date(end)) return fill(this.words.moment, { date: first, time: `${from}–${to}` });
    return fill(this.words.moments, { date: first, time: from, lastDate: date(end), lastTime: to });
  }

  /** "Vladivostok → Pyongyang", with words for an end nobody knows. */
  route(flight, words = this.words.route) {
    const name = (place) => this.cities[place?.icao] || place?.name || this.words.unknownPlace;
    return fill(words, { origin: name(flight.origin), destination: name(flight.destination) });
  }

  /** When: observed from–to, or the date as it was reported; `spoken` with months in words. */
  when(flight, spoken = false) {
    if (flight.class === "observed" && flight.start !== null) return this.interval(flight.start, flight.end, spoken ? this.longDate : this.date);
    const { precision } = flight.date ?? {};
    const text = spoken ? this.#spokenDate(flight.date?.text) : flight.date?.text;
    if (!text || precision === "unknown" || flight.start === null) return this.words.undated;
    const vague = { day: this.words.timeNotStated, month: this.words.dayNotStated, year: this.words.dayNotStated }[precision];
    return vague ? `${text} (${vague})` : text;
  }

  #spokenDate(text) {
    const style = /^\d{4}-\d\d(-\d\d)?$/.exec(text ?? "");
    const time = style ? Date.parse(text) : NaN;
    return Number.isNaN(time) ? text : this.long[style[1] ? "day" : "month"].format(time);
  }

  /** When, as short as a list wants it: "2024-03-20 03:10", or the date as reported. */
  brief(flight) {
    if (flight.class === "observed" && flight.start !== null) return `${this.date(flight.start)} ${utcMinute(flight.start)}`;
    return flight.date?.text || this.words.undated;
  }

  /** Class, demonstration and assertion in a few words. */
  standing(flight, separator = " · ") {
    const parts = [this.words[flight.class]];
    if (flight.demonstration) parts.push(this.words.demonstration);
    const assertion = flight.class === "reported" ? this.words.assertions[flight.assertion_level] : null;
    if (assertion) parts.push(assertion);
    return parts.filter(Boolean).join(separator);
  }

  /** Gaps of a flight, or "" when it has none. */
  gaps(flight) {
    const gaps = flight.gaps ?? [];
    if (gaps.length === 0) return "";
    const known = gaps.filter(({ start, end }) => typeof start === "number" && typeof end === "number");
    const longest = Math.max(0, ...known.map(({ start, end }) => end - start));
    const count = plural(this.words.gaps, gaps.length, this.language);
    return longest > 0 ? fill(this.words.gapsLongest, { count, duration: duration(longest, this.words.durations) }) : count;
  }

  /** Lines for the tip of an item from `placeBars`. */
  lines(item, lane) {
    if (item.bars.length > 1) return [this.bunch(item), this.words.bunchHint];
    const { flight } = item.bars[0];
    return [`${this.laneTitle(lane)} · ${this.route(flight)}`, this.when(flight), this.standing(flight)];
  }

  /** One sentence for a screen reader: "RA-82030, Vladivostok to Pyongyang, observed, 21 March 2024 04:30–05:48 UTC, 2 gaps". */
  sentence(item, lane) {
    const aircraft = this.laneTitle(lane);
    if (item.bars.length > 1) return [aircraft, this.bunch(item, this.longDate), this.words.bunchHint].join(", ");
    const { flight } = item.bars[0];
    const route = this.route(flight, this.words.routeSpoken);
    return [aircraft, route, this.standing(flight, ", "), this.when(flight, true), this.gaps(flight)].filter(Boolean).join(", ");
  }

  /** "5 flights, 2018-07-03 – 2018-07-09" */
  bunch(item, date = this.date) {
    const start = Math.min(...item.bars.map((bar) => bar.start));
    const end = Math.max(...item.bars.map((bar) => bar.end));
    return `${plural(this.words.flights, item.bars.length, this.language)}, ${date(start)} – ${date(end)}`;
  }

  /** What a lane is called: the aircraft, or that nobody knows it. */
  laneTitle(lane) {
    if (lane.named) return lane.title;
    return lane.key.startsWith("type:") ? lane.title : this.words.unknownAircraft;
  }

  laneDetail(lane) {
    if (lane.named) return lane.detail;
    return lane.key.startsWith("type:") ? this.words.unknownRegistration : "";
  }
}
