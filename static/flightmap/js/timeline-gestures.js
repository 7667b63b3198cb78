/**
 * Pointer, wheel and touch on the lanes, told as intentions: move, zoom, point, click, double click.
 *
 * One finger or the mouse drags; two fingers pinch; the wheel zooms around the pointer; a wheel turned
 * sideways, or with Shift, moves; a drag with Shift marks a stretch of time. Vertical touches are left to the page (`touch-action: pan-y`).
 */

/** A press that moves less than this is a click, pixels. */
const CLICK_SLOP = 4;
/** Milliseconds between two clicks of a double click. */
const DOUBLE_CLICK = 350;
/** Zoom factor of a wheel step of 100 pixels. */
const WHEEL_STEP = 1.25;

/**
 * @param {HTMLElement} element what is listened to
 * @param {object} handlers any of accept(event) (false leaves an event to others) ·
 *   move(dx): the content moved by dx pixels · zoom(factor, x): span becomes factor times as long around x ·
 *   mark(from, to): a stretch is being marked · marked(from, to): it is chosen; both NaN when it was given up ·
 *   point(x, y, event) · leave() · click(x, y, event) · doubleClick(x, y, event) · begin() · settle()
 * @param {object} [options]
 * @param {HTMLElement} [options.frame] x in pixels from its left edge; y is from the top of `element`
 * @param {boolean} [options.wheelNeedsControl] leave the plain wheel to the page's scrolling
 * @returns {() => void} stops listening
 */
export function attachGestures(element, handlers, { frame = element, wheelNeedsControl = false } = {}) {
  const pointers = new Map();
  const stop = new AbortController();
  const listen = (name, handler, options) => element.addEventListener(name, handler, { signal: stop.signal, ...options });
  let moved = 0;
  let markedFrom = null;
  let lastClick = null;

  const position = (event) => {
    return { x: event.clientX - frame.getBoundingClientRect().left, y: event.clientY - element.getBoundingClientRect().top };
  };
  const accepted = (event) => handlers.accept?.(event) !== false;

  listen("pointerdown", (event) => {
    if (event.button !== 0 || !accepted(event)) return;
    pointers.set(event.pointerId, position(event));
    if (pointers.size === 1) moved = 0;
    markedFrom = event.shiftKey && pointers.size === 1 ? position(event).x : null;
    handlers.begin?.();
  });

  listen("pointermove", (event) => {
    const at = position(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch" && accepted(event)) handlers.point?.(at.x, at.y, event);
      return;
    }
    if (pointers.size === 1) {
      moved += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
      if (moved > CLICK_SLOP) {
        // Capture only now: captured from the start, a click would never reach what lies under it.
        if (!element.hasPointerCapture(event.pointerId)) capture(element, event.pointerId);
        if (markedFrom === null) handlers.move?.(at.x - before.x);
        else handlers.mark?.(markedFrom, at.x);
      }
    } else {
      moved = Infinity;
      pinch(event.pointerId, before, at);
    }
    pointers.set(event.pointerId, at);
  });

  /** Two fingers: the moments under both stay under them. */
  function pinch(id, before, at) {
    const [other] = [...pointers].filter(([key]) => key !== id).map(([, value]) => value);
    const [apart, now] = [Math.abs(before.x - other.x), Math.abs(at.x - other.x)];
    if (apart > 8 && now > 8) handlers.zoom?.(apart / now, other.x);
    else handlers.move?.((at.x - before.x) / 2);
  }

  const release = (event, clicked) => {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size > 0) return;
    if (markedFrom !== null && moved > CLICK_SLOP) {
      handlers.marked?.(...(clicked ? [markedFrom, position(event).x] : [NaN, NaN]));
      markedFrom = null;
      return;
    }
    if (clicked && moved <= CLICK_SLOP) click(event);
    handlers.settle?.();
  };
  listen("pointerup", (event) => release(event, true));
  listen("pointercancel", (event) => release(event, false));
  listen("pointerleave", () => handlers.leave?.());

  function click(event) {
    const { x, y } = position(event);
    const again = lastClick && event.timeStamp - lastClick.time < DOUBLE_CLICK && Math.hypot(x - lastClick.x, y - lastClick.y) < 12;
    lastClick = again ? null : { time: event.timeStamp, x, y };
    if (again) handlers.doubleClick?.(x, y, event);
    else handlers.click?.(x, y, event);
  }

  listen(
    "wheel",
    (event) => {
      if (!accepted(event)) return;
      const scale = event.deltaMode === 1 ? 33 : event.deltaMode === 2 ? 300 : 1;
      if (wheelNeedsControl && !event.ctrlKey && !event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        handlers.move?.(-sideways * scale);
      } else {
        // A pinch on a touch pad arrives as a wheel with Ctrl and small steps.
        const step = event.ctrlKey ? 25 : 100;
        const factor = WHEEL_STEP ** (Math.max(-300, Math.min(300, event.deltaY * scale)) / step);
        handlers.zoom?.(factor, position(event).x);
      }
      handlers.settle?.();
    },
    { passive: false },
  );
  return () => stop.abort();
}

function capture(element, pointer) {
  try {
    element.setPointerCapture(pointer);
  } catch {
    // A press that is told late (first-use.js) may be over by now: there is nothing left to hold.
  }
}

/**
 * Drag something along the time axis: a handle, the playhead.
 *
 * @param {HTMLElement} element what is taken hold of
 * @param {HTMLElement} frame x in pixels from its left edge
 * @param {(x: number, event: PointerEvent) => void} onDrag also called when the drag begins
 * @param {{begin?: (event: PointerEvent) => boolean|void, end?: () => void, press?: (event: PointerEvent) => (() => void)|null}} [options]
 *   begin may return false to refuse; press may return what to do instead of dragging if the pointer stays where it is
 */
export function attachDrag(element, frame, onDrag, { begin, end, press } = {}) {
  let active = null;
  let from = 0;
  let pressed = null;
  const x = (event) => event.clientX - frame.getBoundingClientRect().left;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || begin?.(event) === false) return;
    active = event.pointerId;
    capture(element, active);
    event.preventDefault();
    event.stopPropagation();
    element.focus?.({ preventScroll: true });
    from = x(event);
    pressed = press?.(event) ?? null;
    if (!pressed) onDrag(from, event);
  });
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId !== active || (pressed && Math.abs(x(event) - from) <= CLICK_SLOP)) return;
    pressed = null;
    onDrag(x(event), event);
  });
  const finish = (event) => {
    if (event.pointerId !== active) return;
    active = null;
    if (pressed && event.type === "pointerup") pressed();
    else end?.();
  };
  element.addEventListener("pointerup", finish);
  element.addEventListener("pointercancel", finish);
}
