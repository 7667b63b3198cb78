import { Clock } from "/static/flightmap/js/clock.js";
import { Selection } from "/static/flightmap/js/selection.js";
import { Timeline } from "/static/flightmap/js/timeline.js";

const { flights, words, window: shown } = await (await fetch("/data/lanes")).json();

// Lanes are drawn in a frame asked for: what that takes is counted too.
let spent = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (draw) => ask((now) => {
  const before = performance.now();
  draw(now);
  spent += performance.now() - before;
});
const frame = () => new Promise((resolve) => ask(resolve));

const root = document.getElementById("map");
root.className = "bench-timeline";
const clock = new Clock({ start: shown.start, end: shown.end });
const timeline = new Timeline(root, { flights, window: shown, clock, selection: new Selection(), words, language: "en" });

/** Script of each frame while the lanes are moved or zoomed: `[dx, factor]` a frame. */
window.gesture = async (moves) => {
  const times = [];
  for (const [dx, factor] of moves) {
    await frame();
    spent = 0;
    const before = performance.now();
    if (dx) timeline.moveBy(dx);
    if (factor) timeline.zoomBy(factor, 700);
    const asked = performance.now() - before;
    await frame();
    times.push(asked + spent);
  }
  return times;
};

window.counts = () => ({
  lanes: timeline.stacked.length,
  seen: Math.ceil(root.querySelector(".timeline-scroll").clientHeight / timeline.stacked[0].height),
});
await frame();
await frame();
window.ready = true;
