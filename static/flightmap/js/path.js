/**
 * Paths from the wire (docs/wire.md, view profile), and where an aircraft is at a time.
 *
 * A decoded flight: `{ id, revision, t0, start, end, stretches }`, times of stretches in seconds from t0,
 * t0 in epoch seconds. A stretch: `{ class, n, track, time, lon, lat, altitude (m), altitudeKind, speed (kt),
 * angle (degrees true), rate (ft/min), source, onGround }`, typed arrays of length n; unknown is NaN in
 * altitude, speed, angle and rate, 0 in altitudeKind and source, −1 in onGround.
 */

const DEGREE = 100000;
const TWO_BYTES = 192;
const MANY_BYTES = 192 + 63 * 256;
const FURTHEST = 1000000;
const MOST_FIXES = 20_000_000;
const BARELY = 0.001; // seconds; the sum of t0 and a fix's time may come out a hair before the fix
const COLUMNS = [
  "time", "major", "minor", "altitude", "altitude_kind",
  "ground_speed", "track_angle", "vertical_rate", "source", "on_ground",
];

export const ALTITUDE_KIND = Object.freeze({ UNKNOWN: 0, PRESSURE: 1, GEOMETRIC: 2, UNSTATED: 3 });

/** The bytes are not a path message, or were damaged on the way. Nothing of them was used. */
export class PathFormatError extends Error {
  name = "PathFormatError";
}

/**
 * Read a message of paths.
 *
 * @param {ArrayBuffer|Uint8Array} message
 * @returns {object[]} flights, in the order of the message
 * @throws {PathFormatError} saying what is wrong and at which byte; never returns part of a message
 */
export function decodePaths(message) {
  const bytes = message instanceof Uint8Array ? message : new Uint8Array(message);
  const { header, body } = openMessage(bytes);
  const readers = new Map();
  let offset = body;
  const count = header.flights.flatMap((flight) => flight.stretches).reduce((sum, stretch) => sum + stretch.n, 0);
  for (const [name, length] of header.columns) {
    readers.set(name, new ColumnReader(name, bytes, offset, offset + length, count));
    offset += length;
  }
  const flights = header.flights.map((flight) => readFlight(flight, readers));
  for (const reader of readers.values()) reader.finish();
  return flights;
}

/** Check frame, checksum and header; return the header and where the columns begin. */
function openMessage(bytes) {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 4)) !== "FMP1") {
    throw new PathFormatError("not a message of paths: it does not begin with FMP1");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 4;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw new PathFormatError(`the paths arrived damaged or cut off: the checksum at byte ${end} does not fit`);
  }
  const headerLength = view.getUint32(4, true);
  const body = 8 + headerLength;
  if (body > end) throw new PathFormatError(`the header's length at byte 4 is ${headerLength}: past the end`);
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, body)));
  } catch {
    throw new PathFormatError("the header at byte 8 is not JSON");
  }
  const total = header.columns?.reduce((sum, [, length]) => sum + length, body);
  if (header.profile !== "view" || !Array.isArray(header.flights) || total !== end) {
    throw new PathFormatError("the header at byte 8 does not describe the columns that follow");
  }
  if (header.columns.map(([name]) => name).join() !== COLUMNS.join()) {
    throw new PathFormatError("the columns are not those of this version: reload the page");
  }
  return { header, body };
}

function readFlight(described, readers) {
  const { id, revision, t0, ticks, altitude_step: altitudeStep, rate_step: rateStep } = described;
  if (!(ticks > 0) || !(altitudeStep > 0) || !(rateStep > 0) || !Number.isFinite(t0)) {
    throw new PathFormatError(`flight ${id}: a step in the header is not a positive number`);
  }
  const stretches = described.stretches.map((stretch) => {
    const n = stretch.n;
    if (!Number.isInteger(n) || n < 1 || n > MOST_FIXES) throw new PathFormatError(`flight ${id}: a stretch of ${n} fixes`);
    const tick = readTimes(readers.get("time"), n);
    const { lon, lat } = readPositions(readers.get("major"), readers.get("minor"), tick);
    return {
      class: stretch.class,
      n,
      track: stretch.track,
      time: tick.map((t) => t / ticks),
      lon,
      lat,
      altitude: readOptional(readers.get("altitude"), new Float32Array(n), altitudeStep, NaN),
      altitudeKind: readOptional(readers.get("altitude_kind"), new Uint8Array(n), 1, 0),
      speed: readOptional(readers.get("ground_speed"), new Float32Array(n), 1, NaN),
      angle: readOptional(readers.get("track_angle"), new Float32Array(n), 1, NaN, 360),
      rate: readOptional(readers.get("vertical_rate"), new Float32Array(n), rateStep, NaN),
      source: readOptional(readers.get("source"), new Uint8Array(n), 1, 0),
      onGround: readOptional(readers.get("on_ground"), new Int8Array(n), 1, -1),
    };
  });
  const last = stretches.at(-1);
  return {
    id,
    revision,
    t0,
    start: stretches.length ? t0 + stretches[0].time[0] : null,
    end: last ? t0 + last.time[last.n - 1] : null,
    stretches,
  };
}

function readTimes(reader, n) {
  const tick = new Float64Array(n);
  let now = 0;
  for (let i = 0; i < n; i++) {
    now += unzigzag(reader.next());
    tick[i] = now;
  }
  return tick;
}

/** The inverse of `_position_residuals` in tracks/serving/encoding.py; keep the order of operations. */
function readPositions(majorReader, minorReader, tick) {
  const n = tick.length;
  const lon = new Float64Array(n);
  const lat = new Float64Array(n);
  let x = 0, y = 0, moveX = 0, moveY = 0;
  for (let i = 0; i < n; i++) {
    let major = unzigzag(majorReader.next());
    let minor = unzigzag(minorReader.next());
    const latIsMajor = i < 2 || Math.abs(moveY) >= Math.abs(moveX);
    if (i >= 2) {
      const beforeMajor = latIsMajor ? moveY : moveX;
      const beforeMinor = latIsMajor ? moveX : moveY;
      major += usable(Math.floor((beforeMajor * (tick[i] - tick[i - 1])) / (tick[i - 1] - tick[i - 2]) + 0.5));
      minor += usable(Math.floor((beforeMinor * major) / beforeMajor + 0.5));
    }
    moveX = latIsMajor ? minor : major;
    moveY = latIsMajor ? major : minor;
    x += moveX;
    y += moveY;
    if (!(Math.abs(x) <= 180 * DEGREE && Math.abs(y) <= 90 * DEGREE)) {
      throw new PathFormatError(`a position is off the globe at byte ${majorReader.offset}`);
    }
    lon[i] = x / DEGREE;
    lat[i] = y / DEGREE;
  }
  return { lon, lat };
}

const usable = (prediction) => (Math.abs(prediction) <= FURTHEST ? prediction : 0);

function readOptional(reader, column, step, unknown, turn = 0) {
  let value = 0;
  for (let i = 0; i < column.length; i++) {
    const symbol = reader.next();
    if (symbol === 0) {
      column[i] = unknown;
      continue;
    }
    value += unzigzag(symbol - 1);
    if (turn) value = ((value % turn) + turn) % turn;
    column[i] = value * step;
  }
  return column;
}

/** The values of one column: a lead byte each, then the tails of those that need more (docs/wire.md). */
class ColumnReader {
  constructor(name, bytes, start, end, count) {
    this.name = name;
    this.bytes = bytes;
    this.offset = start;
    this.leadEnd = Math.min(start + count, end);
    this.tail = this.leadEnd;
    this.end = end;
  }

  next() {
    if (this.offset >= this.leadEnd) this.#tooShort(this.offset);
    const lead = this.bytes[this.offset++];
    if (lead < TWO_BYTES) return lead;
    if (lead < 255) return TWO_BYTES + (lead - TWO_BYTES) * 256 + this.#tailByte();
    // Values stay below 2^53, so arithmetic, not shifts.
    for (let value = MANY_BYTES, weight = 1; weight <= 2 ** 49; weight *= 128) {
      const byte = this.#tailByte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw new PathFormatError(`column ${this.name} has a value without end at byte ${this.tail}`);
  }

  #tailByte() {
    if (this.tail >= this.end) this.#tooShort(this.tail);
    return this.bytes[this.tail++];
  }

  #tooShort(offset) {
    throw new PathFormatError(`column ${this.name} ends at byte ${offset}, before its last fix`);
  }

  finish() {
    if (this.offset !== this.leadEnd || this.tail !== this.end) {
      throw new PathFormatError(`column ${this.name} has more bytes than its fixes need`);
    }
  }
}

const unzigzag = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);

/** CRC-32 of ISO-HDLC (zlib), as an unsigned number. */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/**
 * The last fix at or before a time, found from where the search stood before: in playback the answer is the
 * same fix or the next one.
 *
 * @param {Float64Array} time ascending; or several numbers a fix, of which the first is its time
 * @param {number} t the time looked for, in the same seconds
 * @param {number} [from] where to begin: the answer of the call before
 * @param {number} [stride] how many numbers a fix
 * @returns {number} −1 when t is before the first fix
 */
export function fixBefore(time, t, from = 0, stride = 1) {
  const n = time.length / stride;
  let i = from;
  if (i < 0 || i >= n || time[i * stride] > t || (i + 8 < n && time[(i + 8) * stride] <= t)) {
    let low = 0, high = n; // further than a few fixes away: halve
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (time[middle * stride] <= t) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
  while (i + 1 < n && time[(i + 1) * stride] <= t) i++;
  return i;
}

/**
 * The moment a flight is first observed: where to stand when it is opened.
 *
 * @param {object} flight a decoded flight
 * @returns {number|null} epoch seconds of the first observed fix; the path's start where there is none
 */
export function firstObserved(flight) {
  const stretch = flight.stretches.find(({ class: name }) => name === "observed");
  if (!stretch || stretch === flight.stretches[0]) return flight.start;
  return flight.t0 + stretch.time[0] + BARELY;
}

/** A difference of degrees the short way round, in −180…180. */
export function shortWay(degrees) {
  return degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees;
}
