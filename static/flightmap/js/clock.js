/**
 * The one clock of a page: data time in epoch seconds, which map, timeline, chart and table follow.
 *
 * While it plays, the time is always computed from one anchor (a wall time and the data time it stands for),
 * never added up frame by frame: it cannot drift, whatever the rate, however long it runs, however unevenly
 * frames come. Only play, pause, seek, a new rate and a new direction set a new anchor; a turn of a loop does not.
 *
 * Events: "time" when the data time changed (`event.jump` is true when it did not simply run on), "state"
 * when playing, rate, direction, loop or range changed, "end" when play ran into an end of the range.
 *
 * Nothing here knows the browser; `runClock` below gives it frames.
 */

export const SLOWEST = 1;
export const FASTEST = 1000;
export const RATES = Object.freeze([1, 5, 10, 30, 60, 120, 300, 600, 1000]);

/** The data time changed. */
export class TimeEvent extends Event {
  constructor(jump) {
    super("time");
    this.jump = jump;
  }
}

export class Clock extends EventTarget {
  #start;
  #end;
  #time;
  #rate;
  #reverse = false;
  #loop = null; // as asked for
  #turn = null; // the part of it within the range; null when there is none
  #playing = false;
  #step = 0; // seconds of wall time between two changes of data time; 0 is every frame
  #anchorWall = null; // milliseconds; null until the first frame after an anchor was set
  #anchorTime;

  /**
   * @param {object} options
   * @param {number} options.start first epoch second of the range
   * @param {number} options.end last epoch second of the range
   * @param {number} [options.time] where to stand; clamped into the range
   * @param {number} [options.rate] seconds of data a second of wall time, 1…1000
   */
  constructor({ start, end, time = start, rate = 60 }) {
    super();
    [this.#start, this.#end] = checkedRange(start, end);
    this.#rate = checkedRate(rate);
    this.#time = this.#anchorTime = this.#clamp(checkedTime(time));
  }

  get time() { return this.#time; }
  get start() { return this.#start; }
  get end() { return this.#end; }
  get rate() { return this.#rate; }
  get playing() { return this.#playing; }
  /** Whether time runs backwards. */
  get reverse() { return this.#reverse; }
  /** The range played again and again, `{start, end}`, or null. */
  get loop() { return this.#loop; }

  /** Seconds of wall time between steps; 0 means smooth motion. For readers who asked for less of it. */
  get step() { return this.#step; }
  set step(seconds) {
    if (!(seconds >= 0)) throw new RangeError(`a step is 0 or more seconds, not ${seconds}`);
    this.#step = seconds;
    this.#anchor();
  }

  /** Start playing; from the other end when the time stands at the end of the way or of the loop, or past the loop. */
  play() {
    if (this.#playing) return;
    const [from, to] = this.#ends(this.#turn ?? { start: this.#start, end: this.#end });
    if (this.#reverse ? this.#time <= to : this.#time >= to) this.seek(from);
    this.#playing = true;
    this.#anchor();
    this.#announceState();
  }

  /** Stop; the time stays where the last frame showed it. */
  pause() {
    if (!this.#playing) return;
    this.#playing = false;
    this.#announceState();
  }

  toggle() {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** Go to a time (clamped into the range), whether playing or not. */
  seek(time) {
    const target = this.#clamp(checkedTime(time));
    const moved = target !== this.#time;
    this.#time = target;
    this.#anchor();
    if (moved) this.dispatchEvent(new TimeEvent(true));
  }

  setRate(rate) {
    const checked = checkedRate(rate);
    if (checked === this.#rate) return;
    this.#rate = checked;
    this.#anchor();
    this.#announceState();
  }

  /** Let time run backwards, or forwards again. */
  setReverse(reverse) {
    if (reverse === this.#reverse) return;
    this.#reverse = reverse;
    this.#anchor();
    this.#announceState();
  }

  /** Play this range again and again: `{start, end}` in epoch seconds, or null. Who seeks past it plays on from there. */
  setLoop(loop) {
    this.#loop = loop && checkedLoop(loop);
    this.#turn = this.#turnWithin();
    this.#anchor();
    this.#announceState();
  }

  /** Another range; a time outside it moves to its nearer end. */
  setRange(start, end) {
    [this.#start, this.#end] = checkedRange(start, end);
    this.#turn = this.#turnWithin();
    this.#anchor();
    this.#announceState();
    if (this.#clamp(this.#time) !== this.#time) this.seek(this.#time);
  }

  /**
   * A frame at a wall time: bring the data time up to it.
   *
   * @param {number} wall milliseconds of a steady clock, such as a frame's time stamp
   * @returns {number} the data time now
   */
  advance(wall) {
    if (!this.#playing) return this.#time;
    if (this.#anchorWall === null) this.#anchorWall = wall;
    let elapsed = Math.max(0, (wall - this.#anchorWall) / 1000);
    if (this.#step) elapsed = Math.floor(elapsed / this.#step) * this.#step;
    const ran = this.#anchorTime + (this.#reverse ? -elapsed : elapsed) * this.#rate;
    const turned = this.#turned(ran);
    const time = turned ?? this.#clamp(ran);
    if (time !== this.#time) {
      // A turn of the loop goes against the direction of play.
      const jump = this.#reverse ? time > this.#time : time < this.#time;
      this.#time = time;
      this.dispatchEvent(new TimeEvent(jump));
    }
    const ended = this.#reverse ? ran <= this.#start : ran >= this.#end;
    if (this.#playing && ended && turned === null && !this.#isTurning()) {
      this.pause();
      this.dispatchEvent(new Event("end"));
    }
    return this.#time;
  }

  /** Let the next frame count from here: the wall time until then is not data time. */
  hold() {
    this.#anchor();
  }

  #anchor() {
    this.#anchorWall = null;
    this.#anchorTime = this.#time;
  }

  /** First and last moment in the direction of play. */
  #ends({ start, end }) {
    return this.#reverse ? [end, start] : [start, end];
  }

  /** Whether play from the anchor stays in the loop, and does not begin past it. */
  #isTurning() {
    if (!this.#turn) return false;
    return this.#reverse ? this.#anchorTime >= this.#turn.start : this.#anchorTime <= this.#turn.end;
  }

  /** Where a time past the end of the loop is in it; null while it is not past, or there is no loop. */
  #turned(time) {
    if (!this.#isTurning()) return null;
    const { start, end } = this.#turn;
    if (this.#reverse) return time < start ? end - ((end - time) % (end - start)) : null;
    return time > end ? start + ((time - start) % (end - start)) : null;
  }

  #turnWithin() {
    if (!this.#loop) return null;
    const [start, end] = [Math.max(this.#start, this.#loop.start), Math.min(this.#end, this.#loop.end)];
    return start < end ? { start, end } : null;
  }

  #clamp(time) {
    return Math.min(this.#end, Math.max(this.#start, time));
  }

  #announceState() {
    this.dispatchEvent(new Event("state"));
  }
}

function checkedTime(time) {
  if (!Number.isFinite(time)) throw new RangeError(`a time is epoch seconds, not ${time}`);
  return time;
}

function checkedRate(rate) {
  if (!(rate >= SLOWEST && rate <= FASTEST)) throw new RangeError(`a rate is ${SLOWEST} to ${FASTEST}, not ${rate}`);
  return rate;
}

function checkedLoop({ start, end }) {
  checkedRange(start, end);
  if (start === end) throw new RangeError("a loop has a length");
  return { start, end };
}

function checkedRange(start, end) {
  if (!(Number.isFinite(start) && Number.isFinite(end) && start <= end)) {
    throw new RangeError(`a range is two epoch seconds in order, not ${start} and ${end}`);
  }
  return [start, end];
}

/**
 * Run a clock by the browser's frames: only while it plays and the page is seen. A hidden page stops the data
 * time; when it is seen again the time goes on from where it stood. Readers who prefer reduced motion get one
 * step a second instead of motion.
 *
 * @param {Clock} clock
 * @param {object} [browser] what to take from the browser (tests give their own)
 * @returns {() => void} stops it for good
 */
export function runClock(clock, browser = globalThis) {
  const { document } = browser;
  const reduced = browser.matchMedia?.("(prefers-reduced-motion: reduce)");
  let frame = null;

  const onFrame = (wall) => {
    frame = null;
    clock.advance(wall);
    schedule();
  };
  const schedule = () => {
    if (frame === null && clock.playing && !document.hidden) frame = browser.requestAnimationFrame(onFrame);
  };
  const onVisibility = () => {
    clock.hold();
    if (document.hidden && frame !== null) {
      browser.cancelAnimationFrame(frame);
      frame = null;
    }
    schedule();
  };
  const onMotion = () => {
    clock.step = reduced?.matches ? 1 : 0;
  };

  clock.addEventListener("state", schedule);
  document.addEventListener("visibilitychange", onVisibility);
  reduced?.addEventListener("change", onMotion);
  onMotion();
  schedule();
  return () => {
    if (frame !== null) browser.cancelAnimationFrame(frame);
    clock.removeEventListener("state", schedule);
    document.removeEventListener("visibilitychange", onVisibility);
    reduced?.removeEventListener("change", onMotion);
  };
}
