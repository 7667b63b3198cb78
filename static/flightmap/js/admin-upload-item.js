/** One file on the upload page: its name, how far it is, and what became of it. Text stays text. */

import { element, fill } from "./timeline-words.js";

const UNITS = ["B", "kB", "MB", "GB"];

/** "12.3 MB". */
export function bytesInWords(bytes) {
  const step = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}

export class UploadItem {
  #words;
  #message;
  #link;
  #bar;
  #known = false;

  /** An item for a file that is ready to be sent. */
  static of(file, words) {
    const item = element("li", { class: "upload-item upload-ready" },
      element("p", { class: "upload-name" }, file.name || "–"),
      element("p", { class: "upload-message" }, words.ready));
    item.dataset.size = file.size;
    return new UploadItem(item, words, file.name);
  }

  /** The item of a file that a plain form has sent. */
  static around(item, words) {
    const made = new UploadItem(item, words, item.querySelector(".upload-name").textContent);
    made.#known = item.classList.contains("upload-known");
    return made;
  }

  constructor(item, words, name) {
    this.element = item;
    this.#words = words;
    this.#message = item.querySelector(".upload-message");
    this.#link = item.querySelector(".upload-link") ?? item.appendChild(element("p", { class: "upload-link", hidden: true }));
    this.#bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": fill(words.progress, { name }) });
    this.#message.after(this.#bar);
  }

  /** Its turn comes after the files before it. */
  queued() {
    this.#is("waiting");
    this.#say(this.#words.waiting);
  }

  /** So many bytes have left the browser. */
  sent(loaded, total) {
    this.#is("sending");
    const values = { sent: bytesInWords(loaded), size: bytesInWords(total) };
    this.#say(loaded < total ? fill(this.#words.sending, values) : this.#words.checking);
    this.#show(loaded / total);
  }

  /** The server's word: new, known or refused. */
  taken({ outcome, message, url }) {
    if (outcome === "refused") {
      this.refuse(message);
      return;
    }
    this.#known = outcome === "known";
    this.#is(outcome);
    this.#say(message, this.#known ? this.#words.known : null);
    this.#open(url, this.#known ? this.#words.openEarlier : this.#words.openPage);
  }

  /** How far the worker is; of a file that was known, only what is not over yet. */
  imported({ status, done, value, text, url }) {
    if (this.#known && done) {
      this.#bar.hidden = true;
      return;
    }
    this.#is(status);
    this.#say(text);
    this.#show(done ? null : value);
    this.#open(url, done ? this.#words.openReport : this.#words.openPage);
  }

  /** The server cannot be asked at the moment. */
  trouble() {
    if (!this.element.matches(".upload-imported, .upload-failed, .upload-known")) this.#say(this.#words.lost);
  }

  /** It is not taken, and why. */
  refuse(reason) {
    this.#is("refused");
    this.#say(reason, this.#words.refused);
    this.#show(null);
  }

  refuseSize(limit) {
    const size = Number(this.element.dataset.size);
    this.refuse(fill(this.#words.tooLarge, { size: bytesInWords(size), limit: bytesInWords(limit) }));
  }

  refuseMany(n, limit) {
    this.refuse(fill(this.#words.tooMany, { n, limit }));
  }

  #is(state) {
    this.element.className = `upload-item upload-${state}`;
  }

  #say(text, lead = null) {
    this.#message.replaceChildren(...(lead ? [element("strong", {}, lead), " "] : []), text);
  }

  #show(value) {
    this.#bar.hidden = value === null;
    if (value !== null) this.#bar.value = value;
  }

  #open(url, text) {
    this.#link.replaceChildren(element("a", { href: url }, text));
    this.#link.hidden = false;
  }
}
