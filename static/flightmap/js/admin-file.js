/** The page of a track file shows how far its import is, and its report as soon as there is one. */

import { ImportProgress } from "./admin-progress.js";

const section = document.getElementById("import-progress");

if (section && "follow" in section.dataset) {
  const [label, text, bar] = ["label", "text", "bar"].map((name) => section.querySelector(`[data-progress-${name}]`));
  const progress = new ImportProgress(section.dataset.progressUrl);
  progress.addEventListener("progress", ({ detail }) => {
    label.textContent = detail.label;
    text.textContent = detail.text;
    bar.value = detail.value;
    if (detail.done) showReport();
  });
  progress.follow(section.dataset.id);
}

/** The report is the server's to write. What a curator has typed is not thrown away for it. */
function showReport() {
  const form = document.getElementById("trackfile_form");
  const typed = [...form.elements].some((field) => "defaultValue" in field && field.value !== field.defaultValue);
  if (!typed) window.location.reload();
}
