/**
 * How far the clock has come in each flight and how each head moves until its next fix: one table with a row a flight.
 *
 * Most frames bring most flights no new fix, and else mostly the next one of many. A frame then reads this table from
 * its beginning to its end and a few numbers of a path, which is what memory is fast at; `Trail` is asked only where
 * something begins, ends or is to be painted.
 */

import { shortWay } from "./path.js";
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

export class Motions {
  /** Grows with every `reset`: who has derived anything from the rows' flights derives it again. */
  version = 0;

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

  /** Row i: on from its fix to the next one; from the last fix of a piece nowhere, and not beyond this moment. */
  move(i) {
    const { rows } = this;
    const fixes = this.fixes[i];
    const row = i * ROW;
    const here = this.fix[i] * FIX;
    const next = here + FIX < fixes.length ? here + FIX : here;
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
   * @param {number} before the clock's fix before
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
    const before = this.fix[i];
    const most = Math.min(fixes.length, (before + 2 + MOST_PASSED) * FIX);
    let after = (before + 2) * FIX;
    while (after < most && epoch >= fixes[after]) after += FIX;
    if (after >= most) return false;
    const here = after - FIX;
    const fix = here / FIX;
    // Past several fixes only a fix that says itself how the head points: nobody has looked at those between.
    if (fix > before + 1 && Number.isNaN(fixes[here + FIX_ANGLE] + fixes[after + FIX_ANGLE])) return false;
    if (!this.mayWait(i, before, fix, patience)) return false;
    this.fix[i] = fix;
    this.move(i);
    return true;
  }
}
