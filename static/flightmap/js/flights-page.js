/** The form of `/flights/`: works without this; with it, addresses stay short, a choice applies at once, "/" searches. */

import { listenToKeys } from "./keys.js";

const form = document.querySelector("[data-flights-form]");

/** Fields left empty narrow nothing, so they need not stand in the address. */
form?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

form?.addEventListener("change", (event) => {
  if (event.target.matches("select:not([multiple])")) form.requestSubmit();
});

const search = form?.querySelector("[type=search]");
if (search) {
  listenToKeys({
    "/": () => {
      search.focus();
      search.select();
    },
  });
}
