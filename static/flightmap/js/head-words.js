/** What a label says of a fix: altitude and speed, and the fix's time, for they are the file's and of that moment. */

import { utc } from "./time-format.js";
import { fill } from "./timeline-words.js";
import { FIX } from "./trail-pieces.js";

const FOOT = 0.3048; // metres

/**
 * @param {object} words "label" of templates/tracks/map_words.html
 * @param {string} [language]
 * @returns {(piece: object, fix: number) => string[]} for FlightLayer's option `details`
 */
export function headWords(words, language = globalThis.document?.documentElement.lang || "en") {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  return ({ kind, stretch, fixes }, fix) => {
    if (!stretch) return [words.estimated];
    const { altitude, speed, onGround } = stretch;
    const feet = onGround[fix] === 1 ? words.ground : Number.isFinite(altitude[fix]) && fill(words.altitude, { feet: number.format(altitude[fix] / FOOT) });
    const knots = Number.isFinite(speed[fix]) && fill(words.speed, { knots: number.format(speed[fix]) });
    const time = fill(words.time, { time: utc(fixes[fix * FIX]).slice(11) });
    return [[feet, knots].filter(Boolean).join(" · "), kind === "observed" ? time : `${words.estimated} · ${time}`].filter(Boolean);
  };
}
