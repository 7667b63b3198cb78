/**
 * How far the clock has come in each flight and how each head moves until its next fix: one table with a row a flight.
 *
 * Most frames bring most flights no new fix, and else mostly the next one of many. A frame then reads this table from
 * its beginning to its end and a few numbers of a path, which is what memory is fast at; `Trail` is asked only where
 * something begins, ends or is to be painted.
 */

import { fixBefore, shortWay } from "./path.js";
import { FIX, FIX_ANGLE, FIX_X, FIX_Y } from "./trail-pieces.js";

/**
 * Columns of `rows`: until when a row holds, and from when (epoch seconds); place (world coordinates) and angle
 * (degrees) at that moment and their change a second; where the trail emitted so far ends; how far from there the head
 * may be (world units, squared) for the line between to lie under the head.
 */
export const ROW = 11;
export const [UNTIL, FROM, X, Y, VX, VY, ANGLE, TURN, END_X, END_Y, COVER] = Array.from({ length: ROW }, (_, i) => i);

/** What is known at the moment of a row. Only OBSERVED and ESTIMATED move. */
export const [BEFORE, OBSERVED, ESTIMATED, LOST, ENDED] = [0, 1, 2, 3, 4];
const STATES = ["before", "observed", "estimated", "lost", "ended"];

const MOST_WAITING = 64; // fixes whose lines are not painted yet
const MOST_PASSED = 16; // fixes in one step
// While a crowd moves, a row may hold over several fixes: for so many frames, and some rows for up to so many more, so
// that not all of them end in the same frame. What lasts less than a fifth of a second nobody reads off a head.
const [FRAMES, SPREAD] = [8, 4];

export class Motions {
  /** Grows with every `reset`: who has derived anything from the rows' flights derives it again. */
  version = 0;
  /**
   * World units that a head in motion may be beside its path; 0: none. Where it matters more than the time it takes,
   * `tighten` brings the rows back to their fixes.
   */
  slack = 0;
  #pace = 0; // seconds of data a frame
  #last = 0; // by how many the clock came on last
  #horizon = 0; // the same, as rows of several fixes were made for

  constructor(count = 0) {
    this.reset(count);
  }

  /** So many rows, each before its flight's first fix. */
  reset(count) {
    this.count = count;
    this.version += 1;
    this.rows = new Float64Array(count * ROW);
    this.state = new Uint8Array(count);
    this.since = new Float64Array(count).fill(NaN); // epoch seconds of the last observed fix where LOST or ENDED
    this.piece = new Int32Array(count); // the piece of the trail in which the clock is
    this.fix = new Int32Array(count).fill(-1); // its last fix at or before the clock
    this.next = new Int32Array(count); // the fix at which the row ends
    this.emitted = new Int32Array(count).fill(-1); // its fix up to which lines were emitted
    this.fixes = new Array(count).fill(null); // its fixes
    for (let row = 0; row < this.rows.length; row += ROW) this.rows[row + UNTIL] = -Infinity;
  }

  /**
   * Where flight i is at a time, and how well that is known.
   *
   * @param {number} i
   * @param {number} epoch that of the last `Trail.advance`, or later while the row holds
   * @returns {{state: string, x: number, y: number, angle: number, since: number|null}} state "before" (no
   *   place); "observed"; "estimated" (only with estimates); "lost": no data since the epoch second `since`,
   *   x and y the last fix; "ended": the same after the last fix of all
   */
  head(i, epoch) {
    const { rows } = this;
    const row = i * ROW;
    const age = this.age(i, epoch);
    const since = this.since[i];
    return {
      state: STATES[this.state[i]],
      x: rows[row + X] + rows[row + VX] * age,
      y: rows[row + Y] + rows[row + VY] * age,
      angle: (this.angle(i, epoch) + 360) % 360,
      since: Number.isNaN(since) ? null : since,
    };
  }

  /** The last fix of row i at or before a moment; its own, or one of those over which the row holds. */
  fixAt(i, epoch) {
    return this.next[i] > this.fix[i] + 1 ? fixBefore(this.fixes[i], epoch, this.fix[i], FIX) : this.fix[i];
  }

  /** Seconds since row i began; never less than 0. */
  age(i, epoch) {
    const age = epoch - this.rows[i * ROW + FROM];
    return age > 0 ? age : 0;
  }

  /** The angle of row i at a moment, degrees, or past 0…360 where it turned through north. */
  angle(i, epoch) {
    const row = i * ROW;
    return this.rows[row + ANGLE] + this.rows[row + TURN] * this.age(i, Math.min(epoch, this.rows[row + UNTIL]));
  }

  /** Row i: the flight stands here, from now until a moment, as far as is known. */
  stand(i, state, until, x = 0, y = 0, since = NaN) {
    const { rows } = this;
    const row = i * ROW;
    this.state[i] = state;
    this.since[i] = since;
    rows[row + UNTIL] = until;
    rows[row + FROM] = rows[row + VX] = rows[row + VY] = rows[row + TURN] = 0;
    rows[row + X] = x;
    rows[row + Y] = y;
  }

  /** Row i: it points there, as far as its fix and the way from there do not say. */
  point(i, angle) {
    this.rows[i * ROW + ANGLE] = angle;
    this.rows[i * ROW + TURN] = 0;
  }

  /** The clock comes on by so many seconds of data a frame. Rows made for a faster one are brought back to their fixes. */
  setPace(seconds) {
    this.#pace = seconds > 0 ? Math.min(seconds, this.#last) : 0; // a leap is not a pace
    this.#last = Math.max(seconds, 0);
    if (this.#pace < this.#horizon / 2) this.tighten();
    this.#horizon = this.#pace;
  }

  /** Rows of several fixes end now: the next `step` or `advance` of each begins at the clock's own fix. */
  tighten() {
    for (let i = 0; i < this.count; i++) {
      if (this.state[i] !== OBSERVED || this.next[i] <= this.fix[i] + 1) continue;
      this.rows[i * ROW + UNTIL] = -Infinity;
      this.next[i] = this.fix[i] + 1;
    }
  }

  /**
   * The farthest fix to which the head may go straight and steadily from its own: within `slack` of every fix between
   * at that one's moment; those between all within `patience` of where the emitted lines end.
   *
   * @returns {number} its place in the fixes of row i; that of the next fix where it must not go farther
   */
  #straightTo(i, epoch, patience) {
    const fixes = this.fixes[i];
    const here = this.fix[i] * FIX;
    let best = here + FIX;
    if (!(this.slack && this.#pace) || this.emitted[i] < 0 || patience < 0 || Number.isNaN(fixes[here + FIX_ANGLE])) return best;
    const [time, x, y] = [fixes[here], fixes[here + FIX_X], fixes[here + FIX_Y]];
    const [endX, endY] = [this.rows[i * ROW + END_X], this.rows[i * ROW + END_Y]];
    const limit = epoch + this.#pace * (FRAMES + (i % SPREAD));
    const most = Math.min(fixes.length, here + MOST_WAITING * FIX);
    let [left, right, top, bottom] = [-Infinity, Infinity, -Infinity, Infinity]; // of the speeds that pass all so far
    for (let at = here + FIX; at < most && fixes[at] <= limit; at += FIX) {
      const age = fixes[at] - time;
      if (!(age > 0) || Number.isNaN(fixes[at + FIX_ANGLE])) break;
      const vx = (fixes[at + FIX_X] - x) / age;
      const vy = (fixes[at + FIX_Y] - y) / age;
      if (vx >= left && vx <= right && vy >= top && vy <= bottom) best = at;
      if ((fixes[at + FIX_X] - endX) ** 2 + (fixes[at + FIX_Y] - endY) ** 2 > patience) break;
      const slack = this.slack / age;
      left = Math.max(left, vx - slack);
      right = Math.min(right, vx + slack);
      top = Math.max(top, vy - slack);
      bottom = Math.min(bottom, vy + slack);
      if (left > right || top > bottom) break;
    }
    return best;
  }

  /**
   * Row i: on from its fix to the next one, or to one after it where that makes no difference to be seen; from the last
   * fix of a piece nowhere, and not beyond this moment.
   */
  move(i, epoch = -Infinity, patience = -1) {
    const { rows } = this;
    const fixes = this.fixes[i];
    const row = i * ROW;
    const here = this.fix[i] * FIX;
    const next = here + FIX >= fixes.length ? here : this.state[i] === OBSERVED ? this.#straightTo(i, epoch, patience) : here + FIX;
    this.next[i] = next / FIX;
    const span = fixes[next] - fixes[here];
    const dx = fixes[next + FIX_X] - fixes[here + FIX_X];
    const dy = fixes[next + FIX_Y] - fixes[here + FIX_Y];
    const isMoving = span > 0;
    const from = fixes[here + FIX_ANGLE];
    const turn = shortWay(fixes[next + FIX_ANGLE] - from);
    const isTold = !Number.isNaN(from + turn);
    // The angle the tracker gave; else the way it goes on the map; else, standing still, as it pointed last.
    if (isTold || (!dx && !dy && !Number.isNaN(from))) rows[row + ANGLE] = from;
    else if (dx || dy) rows[row + ANGLE] = (Math.atan2(dx, -dy) * 180) / Math.PI;
    else rows[row + ANGLE] = this.angle(i, rows[row + UNTIL]);
    rows[row + TURN] = isTold && isMoving ? turn / span : 0;
    rows[row + FROM] = fixes[here];
    rows[row + UNTIL] = isMoving ? fixes[next] : -Infinity;
    rows[row + X] = fixes[here + FIX_X];
    rows[row + Y] = fixes[here + FIX_Y];
    rows[row + VX] = isMoving ? dx / span : 0;
    rows[row + VY] = isMoving ? dy / span : 0;
  }

  /** Row i: lines have been emitted up to this fix of its piece. */
  emittedTo(i, fix) {
    const fixes = this.fixes[i];
    this.emitted[i] = fix;
    this.rows[i * ROW + END_X] = fixes[fix * FIX + FIX_X];
    this.rows[i * ROW + END_Y] = fixes[fix * FIX + FIX_Y];
  }

  /**
   * Whether the lines from where the last emitted ones end up to the clock's fix may wait: all of them are nearer to
   * that end than `patience` (world units, squared), and more follow.
   *
   * @param {number} i
   * @param {number} before a fix up to which this is known
   * @param {number} fix the clock's fix now
   * @param {number} patience
   */
  mayWait(i, before, fix, patience) {
    const fixes = this.fixes[i];
    if (this.emitted[i] < 0 || (fix + 1) * FIX >= fixes.length || fix - this.emitted[i] > MOST_WAITING) return false;
    const x = this.rows[i * ROW + END_X];
    const y = this.rows[i * ROW + END_Y];
    for (let at = (before + 1) * FIX; at <= fix * FIX; at += FIX) {
      const dx = fixes[at + FIX_X] - x;
      const dy = fixes[at + FIX_Y] - y;
      if (!(dx * dx + dy * dy <= patience)) return false;
    }
    return true;
  }

  /**
   * The commonest case once a row no longer holds: on to the next fix of an observed piece, or past a few, and no line
   * is due.
   *
   * @returns {boolean} whether it was the case; if not, nothing was done
   */
  step(i, epoch, patience) {
    if (this.state[i] !== OBSERVED) return false;
    const fixes = this.fixes[i];
    const due = this.next[i];
    const most = Math.min(fixes.length, (due + 1 + MOST_PASSED) * FIX);
    let after = (due + 1) * FIX;
    if (after < most && epoch < fixes[after - FIX]) return false;
    while (after < most && epoch >= fixes[after]) after += FIX;
    if (after >= most) return false;
    const here = after - FIX;
    const fix = here / FIX;
    // Past several fixes only a fix that says itself how the head points: nobody has looked at those between.
    if (fix > this.fix[i] + 1 && Number.isNaN(fixes[here + FIX_ANGLE] + fixes[after + FIX_ANGLE])) return false;
    if (!this.mayWait(i, due - 1, fix, patience)) return false;
    this.fix[i] = fix;
    this.move(i, epoch, patience);
    return true;
  }
}
