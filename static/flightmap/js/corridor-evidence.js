/** Gaps and position sources of the chosen flight on the corridor map. Their module comes when a flight is chosen. */

/**
 * @param {object} page the CorridorPage
 * @returns {{on: boolean, chosen: () => void}} on: whether sources are shown; chosen: another flight, or its path has come
 */
export function startEvidence(page) {
  const { sources } = page.asked;
  let loading = null;
  let evidence = null;
  const load = () =>
    (loading ??= import("./evidence.js").then(({ Evidence }) => {
      evidence = new Evidence(page.map.map, page.map.legend, page.words.map, { sources, change: () => page.url.touch() });
    }));
  const show = () => {
    const flight = page.byId.get(page.selection.selected);
    const path = flight && page.paths.get(flight);
    return evidence.setFlights(path ? [{ path, gaps: flight.gaps }] : []);
  };
  const chosen = () => {
    if (!page.selection.selected && !evidence && !sources) return;
    load().then(show).catch((error) => console.warn("Gaps and sources are not told on the map:", error.message));
  };
  page.selection.addEventListener("select", chosen);
  chosen();
  return {
    get on() {
      return evidence?.sources ?? Boolean(sources);
    },
    chosen,
  };
}
