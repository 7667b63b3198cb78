/**
 * The upload page: files dropped or chosen wait in the list until the button sends them, with what is said of them
 * by then; they are sent one by one and followed until a worker has imported them.
 * Without this module the page is a plain form. Whatever comes from a file, its name above all, is shown as text.
 */

import { ImportProgress } from "./admin-progress.js";
import { UploadItem } from "./admin-upload-item.js";
import { readPageJson } from "./timeline-words.js";

const form = document.getElementById("upload-form");
const input = form.querySelector("input[type=file]");
const list = document.getElementById("upload-list");
const results = document.getElementById("upload-results");
const words = readPageJson("upload-words");
const limits = { bytes: Number(form.dataset.maxBytes), files: Number(form.dataset.maxFiles) };
const progress = new ImportProgress(form.dataset.progressUrl);
const followed = new Map(); // id of a track file -> its items

const button = form.querySelector("[type=submit]");
const ready = []; // brought to the page, not yet sent
const queue = [];
let sending = false;

start();

function start() {
  for (const element of form.querySelectorAll("[data-scripted]")) element.hidden = false;
  form.classList.add("scripted");
  input.required = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length > 0) take([...input.files]); // chosen before this module ran
    bring();
  });
  input.addEventListener("change", () => take([...input.files]));
  acceptDrops();
  progress.addEventListener("progress", ({ detail }) => followed.get(detail.id)?.forEach((item) => item.imported(detail)));
  progress.addEventListener("trouble", () => followed.forEach((items) => items.forEach((item) => item.trouble())));
  for (const element of list.querySelectorAll("[data-id]")) follow(UploadItem.around(element, words), Number(element.dataset.id));
  window.addEventListener("beforeunload", (event) => {
    if (sending || ready.length > 0) event.preventDefault();
  });
  if (input.files.length > 0) take([...input.files]);
  showConsequence();
  showReady();
  form.addEventListener("input", showConsequence);
}

/** Files may be dropped anywhere on the page; dropped beside the frame, the browser would open them instead. */
function acceptDrops() {
  let depth = 0;
  const hover = (on) => document.documentElement.classList.toggle("dragging-files", on);
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (brings(event)) hover(++depth > 0);
  });
  document.addEventListener("dragleave", (event) => {
    if (brings(event)) hover(--depth > 0);
  });
  document.addEventListener("dragover", (event) => {
    if (brings(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    depth = 0;
    hover(false);
    const folders = new Set([...event.dataTransfer.items]
      .map((item, index) => (item.webkitGetAsEntry?.()?.isDirectory ? index : -1)));
    const files = [...event.dataTransfer.files];
    take(files.filter((_, index) => !folders.has(index)));
    files.filter((_, index) => folders.has(index)).forEach((file) => show(file).refuse(words.folder));
  });
}

/** Put files in the list, those that cannot be sent with the reason at once. */
function take(files) {
  input.value = "";
  const taken = files.slice(0, limits.files);
  const before = list.firstChild; // those brought now stand above those brought before, in their own order
  for (const file of taken) {
    const item = show(file, before);
    if (file.size === 0) item.refuse(words.empty);
    else if (file.size > limits.bytes) item.refuseSize(limits.bytes);
    else ready.push({ file, item });
  }
  if (files.length > taken.length) show({ name: "", size: 0 }, before).refuseMany(files.length, limits.files);
  showReady();
}

/** Send what is ready, with what is said of it now. */
function bring() {
  for (const { file, item } of ready.splice(0)) {
    item.queued();
    queue.push({ file, item, said: sayings() });
  }
  showReady();
  if (!sending) sendAll();
}

function showReady() {
  button.disabled = ready.length === 0;
}

function show(file, before = list.firstChild) {
  results.hidden = false;
  const item = UploadItem.of(file, words);
  list.insertBefore(item.element, before);
  return item;
}

/** What is said of all files, as it stands when they are sent. */
function sayings() {
  const said = new FormData(form);
  said.delete(input.name);
  return said;
}

async function sendAll() {
  sending = true;
  while (queue.length > 0) {
    const { file, item, said } = queue.shift();
    said.append(input.name, file);
    conclude(item, await send(said, item));
  }
  sending = false;
}

/** @returns {Promise<{status: number, body: object | null}>} status 0 when the connection broke */
function send(body, item) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has been sent
    request.upload.addEventListener("progress", ({ loaded, total }) => item.sent(loaded, total));
    request.addEventListener("load", () => resolve({ status: request.status, body: request.response }));
    request.addEventListener("error", () => resolve({ status: 0, body: null }));
    request.addEventListener("abort", () => resolve({ status: 0, body: null }));
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.send(body);
  });
}

function conclude(item, { status, body }) {
  const result = body?.results?.[0];
  const errors = Object.entries(body?.errors ?? {});
  if (result) {
    item.taken(result);
    if (result.id !== null) follow(item, result.id);
  } else if (errors.length > 0) {
    item.refuse(errors.map(([name, sentences]) => `${labelOf(name)}: ${sentences.join(" ")}`).join(" "));
  } else if (status === 0) {
    item.refuse(words.broken);
  } else {
    item.refuse(words.server.replace("{status}", status));
  }
}

function labelOf(name) {
  return form.querySelector(`label[for="id_${name}"]`)?.textContent.replace(/:\s*$/, "") ?? name;
}

function follow(item, id) {
  followed.set(id, [...(followed.get(id) ?? []), item]);
  progress.follow(id);
}

function showConsequence() {
  const stated = ["licence", "credit"].every((name) => form.elements[name].value.trim() !== "");
  document.getElementById("consequence").hidden = stated;
}
