/**
 * Times as people read them: in UTC, and beside it on the clocks of Pyongyang and Vladivostok. Zones come from
 * the browser's zone database: Asia/Pyongyang stood at UTC+8:30 until 4 May 2018, Vladivostok at UTC+11 until
 * October 2014.
 */

import { fill } from "./timeline-words.js";

export const ZONES = Object.freeze({ utc: "UTC", pyongyang: "Asia/Pyongyang", vladivostok: "Asia/Vladivostok" });

const formats = new Map();

/**
 * @param {number} epoch epoch seconds
 * @param {string} [zone] of the zone database
 * @returns {{date: string, time: string, minute: string}} "2018-05-04", "23:30:00", "23:30"
 */
export function zoned(epoch, zone = ZONES.utc) {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, calendar: "iso8601", numberingSystem: "latn", hourCycle: "h23",
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    formats.set(zone, format);
  }
  // Whole seconds, rounded down: 12:59:59.9 is not 13 o'clock.
  const part = Object.fromEntries(format.formatToParts(Math.floor(epoch) * 1000).map(({ type, value }) => [type, value]));
  const minute = `${part.hour}:${part.minute}`;
  return { date: `${part.year.padStart(4, "0")}-${part.month}-${part.day}`, time: `${minute}:${part.second}`, minute };
}

/** "2018-05-04 14:59:03" in UTC. */
export function utc(epoch) {
  const { date, time } = zoned(epoch);
  return `${date} ${time}`;
}

/** "14:59" in UTC. */
export function utcMinute(epoch) {
  return zoned(epoch).minute;
}

/** Minutes a zone is ahead of UTC at a moment. */
export function offsetMinutes(epoch, zone) {
  const { date, time } = zoned(epoch, zone);
  return Math.round((Date.parse(`${date}T${time}Z`) / 1000 - Math.floor(epoch)) / 60);
}

/** "UTC+08:30": the offset of a zone at a moment. */
export function offsetName(epoch, zone) {
  const minutes = offsetMinutes(epoch, zone);
  const size = Math.abs(minutes);
  const two = (number) => String(number).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * The time of day in a zone beside a UTC time, with a mark where its day is another.
 *
 * @returns {string} "13:12", or "00:12 (+1 d)"
 */
export function beside(epoch, zone, words = { day: "{n} d" }) {
  const there = zoned(epoch, zone);
  const days = Math.round((Date.parse(there.date) - Date.parse(zoned(epoch).date)) / 86400000);
  return days ? `${there.minute} (${fill(words.day, { n: days > 0 ? `+${days}` : `−${-days}` })})` : there.minute;
}

/**
 * A length of time: "40 s", "12 min", "2 h 5 min", from 48 h on "2 d 8 h". Rounded to the second, minute or hour, halves
 * up; what is 0 is not told. The server's pages have the same rule (tracks/serving/wording.py): one gap has one length
 * wherever it is named.
 *
 * @param {number} seconds
 * @param {{day: string, hour: string, minute: string, second: string}} [words] each with `{n}`
 */
export function duration(seconds, words = DURATION_WORDS) {
  const [whole, minutes, hours] = [1, 60, 3600].map((unit) => Math.round(Math.abs(seconds) / unit));
  if (whole < 60) return fill(words.second, { n: whole });
  const parts = minutes < 48 * 60
    ? [["hour", Math.floor(minutes / 60)], ["minute", minutes % 60]]
    : [["day", Math.floor(hours / 24)], ["hour", hours % 24]];
  return parts.filter(([, n]) => n).map(([unit, n]) => fill(words[unit], { n })).join(" ");
}

const DURATION_WORDS = { day: "{n} d", hour: "{n} h", minute: "{n} min", second: "{n} s" };
