/** Going back and forward in the browser's history on the corridor map: the entry's filters, window and chosen flight. */

/**
 * @param {object} page the CorridorPage
 * @param {object} state of the entry, as `parseState` reads it
 */
export function restore(page, { filters, window, flight, time }) {
  const { clock, selection, timeline } = page;
  selection.select(page.byId.has(flight) ? flight : null);
  page.filters.put(filters);
  const shown = window ?? page.data.window;
  const isOutside = clock.time < shown.start || clock.time > shown.end;
  // Without gliding: on the way there the address would be written with a window of neither entry.
  timeline.setWindow(shown, { announce: true, glide: false });
  page.reader.choice.wanted = null;
  if (isOutside && time !== null) clock.seek(time);
}
