/**
 * Sentences of the lanes from translated pieces. The pieces come with the page (a JSON block the templates
 * translate); here they only get their numbers and names.
 */

/** Put values in for `{names}`; a name without value stays visible, so that a missing one is noticed. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => (name in values ? String(values[name]) : placeholder));
}

/**
 * The form of a phrase for a number: `{one: "{n} flight", other: "{n} flights"}` in the page's language.
 *
 * @param {Record<string, string>} forms by CLDR plural category; `other` is always there
 * @param {number} n
 * @param {string} [language]
 */
export function plural(forms, n, language = globalThis.document?.documentElement.lang || "en") {
  if (!counting.has(language)) counting.set(language, { rules: new Intl.PluralRules(language), numbers: new Intl.NumberFormat(language) });
  const { rules, numbers } = counting.get(language);
  return fill(forms[rules.select(n)] ?? forms.other, { n: numbers.format(n) });
}
/** What counts in a language; making it takes longer than drawing a lane. */
const counting = new Map();

/** The JSON in a `<script type="application/json" id="…">` of the page, or the fallback. */
export function readPageJson(id, fallback = {}) {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : fallback;
}

/** An element with text and attributes. Text is text: nothing in it becomes markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}
