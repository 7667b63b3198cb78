// The same flights for every page of the benchmark, from one message of paths.
import { decodePaths } from "/static/flightmap/js/path.js";

export const VIEW = { centre: [41.5, 130], zoom: 6 };

export async function loadFlights() {
  const answer = await fetch(new URLSearchParams(location.search).get("paths"));
  return decodePaths(await answer.arrayBuffer());
}

/** Run steps one a frame, each awaited; the page's driver reads the browser's own counters before and after. */
export async function runSteps(show, times) {
  const spent = [];
  for (const time of times) {
    await frame();
    const before = performance.now();
    await show(time);
    spent.push(performance.now() - before);
  }
  return spent;
}

export const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Play from a moment, each frame at the moment it is due, for so many seconds of wall clock; how long it took. */
export async function playFrom(show, start, rate, seconds) {
  const began = await frame();
  for (let now = began; ; now = await frame()) {
    if (now - began >= seconds * 1000) return now - began;
    show(start + ((now - began) / 1000) * rate);
  }
}
