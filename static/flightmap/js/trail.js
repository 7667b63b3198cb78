/** One flight's path, and how the clock's cursor moves on in it: at the cost of what was newly flown, not of the whole. */

import { ANGLE, BEFORE, ENDED, ESTIMATED, LOST, OBSERVED, ROW } from "./motions.js";
import { fixBefore } from "./path.js";
import { FIX, FIX_ANGLE, FIX_X, FIX_Y, boundsOf, buildPieces, fixOf } from "./trail-pieces.js";

const ROUNDING = 0.1; // seconds

export class Trail {
  /** @param {object} path a decoded flight (path.js) with at least one stretch */
  constructor(path) {
    this.id = path.id;
    this.pieces = buildPieces(path);
    this.bounds = boundsOf(this.pieces);
  }

  /**
   * Move a cursor on to a time and write down how the head moves from there until the next fix.
   *
   * @param {number} epoch epoch seconds, not before the time of the last call
   * @param {boolean} estimates whether estimates may be shown
   * @param {import("./motions.js").Motions} motions holds the cursor
   * @param {number} i its row
   * @param {(of: any, piece: object, from: number, to: number) => void} [emit] called for each run of whole lines
   *   newly flown, from fix to fix; from === to is the first fix of a piece
   * @param {any} [of] handed to `emit`, so that one function serves all trails and none is made in a frame
   * @param {number} [patience] world units, squared: an observed line may wait to be emitted with the next ones while
   *   all of it is as near as this to where the lines emitted end; below 0 none waits
   */
  advance(epoch, estimates, motions, i, emit, of, patience = -1) {
    let leapt = false; // over fixes, or into a piece: the row does not know how the head pointed last
    for (;;) {
      const piece = this.pieces[motions.piece[i]];
      motions.fixes[i] = piece.fixes;
      const before = motions.fix[i];
      const passed = Math.max(before, motions.next[i] - 1); // lines up to there may wait
      const reached = this.#reached(piece, before, passed, epoch);
      if (reached > before) {
        leapt ||= before < 0 || reached > before + 1;
        motions.fix[i] = reached;
        if (piece.kind !== "observed" || !motions.mayWait(i, passed, reached, patience)) {
          emit?.(of, piece, Math.max(motions.emitted[i], 0), reached);
          motions.emittedTo(i, reached);
        }
      }
      if (reached < piece.n - 1 || piece === this.pieces.at(-1)) break;
      motions.piece[i] += 1;
      motions.fix[i] = motions.emitted[i] = -1;
      motions.next[i] = 0;
    }
    if (leapt) motions.point(i, this.#pointedAt(motions.piece[i], motions.fix[i], estimates));
    this.#move(epoch, estimates, motions, i, patience);
  }

  /** How the head points at a fix that was come to: as told last, else the way it went last; 0 where neither is known. */
  #pointedAt(piece, fix, estimates) {
    for (let number = piece; number >= 0; number--) {
      const { kind, fixes, n } = this.pieces[number];
      if (kind !== "observed" && !estimates) continue;
      for (let at = (number === piece ? fix : n - 1) * FIX; at >= 0; at -= FIX) {
        if (!Number.isNaN(fixes[at + FIX_ANGLE])) return fixes[at + FIX_ANGLE];
        const dx = at ? fixes[at + FIX_X] - fixes[at - FIX + FIX_X] : 0;
        const dy = at ? fixes[at + FIX_Y] - fixes[at - FIX + FIX_Y] : 0;
        if (dx || dy) return (Math.atan2(dx, -dy) * 180) / Math.PI;
      }
    }
    return 0;
  }

  /** The last fix at or before a time, looked for from one nearby; `before`: the one of the last call. */
  #reached(piece, before, from, epoch) {
    // The wire rounds times: a moment at the very beginning of the flight may come out a little before its first fix.
    if (before < 0 && piece === this.pieces[0] && epoch < piece.fixes[0] && piece.fixes[0] - epoch <= ROUNDING) return 0;
    return fixBefore(piece.fixes, epoch, from, FIX);
  }

  #move(epoch, estimates, motions, i, patience) {
    const piece = this.pieces[motions.piece[i]];
    const fix = motions.fix[i];
    if (fix < 0) {
      // Between two pieces the cursor stands on the one behind, so this is before the first fix of all.
      motions.stand(i, BEFORE, piece.fixes[0] - ROUNDING);
      return;
    }
    const isObserved = piece.kind === "observed";
    const end = piece.fixes[(piece.n - 1) * FIX];
    const ended = fix === piece.n - 1 && piece === this.pieces.at(-1) && epoch > end + ROUNDING;
    if (ended || !(isObserved || estimates)) {
      const last = isObserved ? fixOf(piece, fix) : piece.lost;
      const until = ended ? Infinity : end;
      if (!last) {
        motions.stand(i, BEFORE, until);
        return;
      }
      const pointed = last.angle >= 0 ? last.angle : motions.angle(i, epoch);
      motions.stand(i, ended ? ENDED : LOST, until, last.x, last.y, last.time);
      motions.rows[i * ROW + ANGLE] = pointed;
      return;
    }
    motions.state[i] = isObserved ? OBSERVED : ESTIMATED;
    motions.since[i] = NaN;
    motions.move(i, epoch, patience);
  }
}
