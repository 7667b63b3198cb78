/**
 * Free text: every word, and every date, must be found. The server's rules (tracks/serving/search.py) on the text
 * it sends for each flight, so that the map and the list of flights give one answer; both are tried on the cases of
 * tests/filter_cases.json.
 */

/** Accents and dashes are typed or left out at will. */
const ALIKE = /[\u0300-\u036f\u2010-\u2014-]/g;
/** Outside these years a number is no date of the archive. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

/** Lower case, without accents and dashes: "Ан-124" and "ан124" are one. */
export function fold(text) {
  return String(text ?? "").normalize("NFKD").replace(ALIKE, "").toLowerCase();
}

export class Search {
  #pattern = null;
  #asked = { text: "", found: null };

  /**
   * @param {object} data `{months: {name: number}, flights: {id: {text, names}}}` as the page's data has it
   */
  constructor({ months = {}, flights = {} } = {}) {
    this.months = months;
    this.flights = flights;
  }

  /** Whether a flight is found by what was typed. */
  finds(flight, text) {
    if (text !== this.#asked.text || !this.#asked.found) this.#asked = { text, found: this.read(text) };
    const { dates, words } = this.#asked.found;
    const { text: hay = "", names = [] } = this.flights[flight.id] ?? {};
    return (
      dates.every((date) => reaches(flight, date) || (flight.date?.text ?? "").startsWith(date.iso) || hay.includes(fold(date.words))) &&
      words.every((word) => hay.includes(word) || flight.id === word || names.includes(word))
    );
  }

  /**
   * @param {string} text
   * @returns {{dates: {start: number, end: number, iso: string, words: string}[], words: string[]}} seconds, end exclusive
   */
  read(text) {
    const dates = [];
    this.#pattern ??= this.#makePattern();
    const rest = String(text ?? "").replace(this.#pattern, (words, ...more) => {
      const date = this.#date(more.at(-1));
      if (!date) return words;
      dates.push({ ...date, words });
      return " ";
    });
    return { dates, words: fold(rest).split(/\s+/).filter(Boolean) };
  }

  #makePattern() {
    const names = Object.keys(this.months).sort((a, b) => b.length - a.length);
    const name = names.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") || "(?!)";
    const iso = "(?<isoYear>[0-9]{4})-(?<isoMonth>[0-9]{2})(?:-(?<isoDay>[0-9]{2}))?";
    const dotted = "(?<dotDay>[0-9]{1,2})\\.(?<dotMonth>[0-9]{1,2})\\.(?<dotYear>[0-9]{4})";
    const korean = "(?<koreanYear>[0-9]{4})년(?:\\s*(?<koreanMonth>[0-9]{1,2})월(?:\\s*(?<koreanDay>[0-9]{1,2})일)?)?";
    const spoken = `(?:(?<dayBefore>[0-9]{1,2})\\s+)?(?<month>${name})\\.?(?:\\s+(?<dayAfter>[0-9]{1,2}),?)?\\s+(?<spokenYear>[0-9]{4})`;
    const year = "(?<year>(?:19|20|21)[0-9]{2})";
    const written = `${iso}|${dotted}|${korean}|(?:${spoken}|${year})(?:\\s+(?:года|году|год|г\\.?))?`;
    return new RegExp(`(?<![\\p{L}\\p{N}_.\\-])(?:${written})(?![\\p{L}\\p{N}_.\\-])`, "giu");
  }

  #date(parts) {
    const year = parts.isoYear ?? parts.dotYear ?? parts.koreanYear ?? parts.spokenYear ?? parts.year;
    const month = parts.isoMonth ?? parts.dotMonth ?? parts.koreanMonth ?? this.months[parts.month?.toLowerCase()];
    const day = parts.isoDay ?? parts.dotDay ?? parts.koreanDay ?? parts.dayBefore ?? parts.dayAfter;
    const numbers = [year, month, day].filter((part) => part !== undefined).map(Number);
    const [y, m = 1, d = 1] = numbers;
    const start = new Date(Date.UTC(y, m - 1, d));
    // Date.UTC carries 31 February over into March; a date that does not exist is no date.
    if (y < FIRST_YEAR || y > LAST_YEAR || start.getUTCMonth() !== m - 1 || start.getUTCDate() !== d) return null;
    const end = day !== undefined ? Date.UTC(y, m - 1, d + 1) : month !== undefined ? Date.UTC(y, m, 1) : Date.UTC(y + 1, 0, 1);
    const iso = numbers.map((number) => String(number).padStart(2, "0")).join("-");
    return { start: start.getTime() / 1000, end: end / 1000, iso };
  }
}

/** Whether a dated flight's interval reaches into one whose end does not belong to it. */
function reaches(flight, { start, end }) {
  if (flight.start === null || flight.start === undefined || flight.start >= end) return false;
  return flight.end > start || flight.start >= start;
}
