// A classic script, run before the first paint: pins the theme the reader chose, so that the page does
// not flash in the other one. The rest of the theme's work is in theme.js.
try {
  const chosen = localStorage.getItem("flightmap-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be refused; the system's theme then holds.
}
