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
  }

  /** "2024-03-20" */
  date(time) {
    return zoned(time).date;
  }

  /** "2024-03-20 03:10 UTC" */
  moment(time) {
    return fill(this.words.moment, { date: this.date(time), time: utcMinute(time) });
  }

  /** "2024-03-20 03:10–05:05 UTC", both dates when they differ; days alone when the span is long. */
  interval(start, end) {
    const first = this.date(start);
    const wholeDays = start % 86400 === 0 && end % 86400 === 0;
    if (wholeDays || end - start > 2 * 86400) {
      const last = this.date(end - 1); // an interval that ends at midnight does not reach into the next day
      return first === last ? first : `${first} – ${last}`;
    }
    const [from, to] = [utcMinute(start), utcMinute(end)];
    if (first === this.date(end)) return fill(this.words.moment, { date: first, time: `${from}–${to}` });
    return fill(this.words.moments, { date: first, time: from, lastDate: this.date(end), lastTime: to });
  }

  /** "Vladivostok → Pyongyang", with words for an end nobody knows. */
  route(flight) {
    const name = (place) => this.cities[place?.icao] || place?.name || this.words.unknownPlace;
    return fill(this.words.route, { origin: name(flight.origin), destination: name(flight.destination) });
  }

  /** When: observed from–to, or the date as it was reported. */
  when(flight) {
    if (flight.class === "observed" && flight.start !== null) return this.interval(flight.start, flight.end);
    const { text, precision } = flight.date ?? {};
    if (!text || precision === "unknown" || flight.start === null) return this.words.undated;
    const vague = { day: this.words.timeNotStated, month: this.words.dayNotStated, year: this.words.dayNotStated }[precision];
    return vague ? `${text} (${vague})` : text;
  }

  /** When, as short as a list wants it: "2024-03-20 03:10", or the date as reported. */
  brief(flight) {
    if (flight.class === "observed" && flight.start !== null) return `${this.date(flight.start)} ${utcMinute(flight.start)}`;
    return flight.date?.text || this.words.undated;
  }

  /** Class, demonstration and assertion in a few words. */
  standing(flight) {
    const parts = [this.words[flight.class]];
    if (flight.demonstration) parts.push(this.words.demonstration);
    const assertion = flight.class === "reported" ? this.words.assertions[flight.assertion_level] : null;
    if (assertion) parts.push(assertion);
    return parts.filter(Boolean).join(" · ");
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
    return [`${this.laneTitle(lane)} · ${this.route(flight)}`, this.when(flight), this.standing(flight), this.gaps(flight)].filter(Boolean);
  }

  /** One sentence for a screen reader. */
  sentence(item, lane) {
    return this.lines(item, lane).join(". ");
  }

  /** "5 flights, 3 Jul 2018 – 9 Jul 2018" */
  bunch(item) {
    const start = Math.min(...item.bars.map((bar) => bar.start));
    const end = Math.max(...item.bars.map((bar) => bar.end));
    return `${plural(this.words.flights, item.bars.length, this.language)}, ${this.date(start)} – ${this.date(end)}`;
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
