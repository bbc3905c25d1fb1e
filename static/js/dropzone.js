// Files by choosing, dropping or pasting. The form's own input carries them, so sending works as without this script.
const MEGABYTE = 1024 * 1024;
const SHRINK_ABOVE = 1.5 * MEGABYTE;
const SHRINK_SIDE = 2800;
const NAMED = /\.([a-z0-9]{1,8})$/i;
const boxes = new WeakMap(); // box → {files, wrong, pending}
const rescued = new Map(); // what was chosen in a form whose refusal exchanges it

const stateOf = (box) => boxes.get(box);
const inputOf = (box) => box.querySelector("input[type=file]");
const keyOf = (box) => `${box.closest("form")?.getAttribute("hx-post")} ${inputOf(box).id}`;

function setUp(box) {
  if (boxes.has(box)) return;
  const kept = rescued.get(keyOf(box)) || [];
  rescued.delete(keyOf(box));
  boxes.set(box, { files: kept, wrong: [], pending: Promise.resolve(), waiting: 0 });
  const input = inputOf(box);
  input.hidden = true;
  box.querySelector("[data-drop-pick]").hidden = false;
  box.querySelector("[data-drop-hint]").hidden = false;
  box.querySelector("[data-drop-pick]").addEventListener("click", () => input.click());
  input.addEventListener("change", () => add(box, [...input.files], { replacing: true }));
  if (kept.length) show(box);
}

function add(box, files) {
  const state = stateOf(box);
  state.wrong = [];
  state.waiting += 1;
  hold(box);
  state.pending = Promise.all(files.map(shrink)).then((smaller) => {
    for (const file of smaller) {
      const wrong = faultOf(box, file);
      if (wrong) state.wrong.push({ file, wrong });
      else state.files.push(file);
    }
    state.waiting -= 1;
    show(box);
  });
}

function faultOf(box, file) {
  const { mostFiles, mostMegabytes, mostTogether, sayKind, sayLarge, sayMany, sayTogether } = box.dataset;
  const { files } = stateOf(box);
  const ending = file.name.match(NAMED)?.[1].toLowerCase();
  const accepted = inputOf(box).accept.split(",");
  if (ending && !accepted.includes(`.${ending}`)) return sayKind;
  if (file.size > mostMegabytes * MEGABYTE) return sayLarge;
  if (files.length >= Number(mostFiles)) return sayMany;
  const total = files.reduce((sum, other) => sum + other.size, file.size);
  return total > mostTogether * MEGABYTE ? sayTogether : "";
}

// A photo of a phone is made smaller before it travels over the ward's wireless network.
async function shrink(file) {
  if (file.type !== "image/jpeg" || file.size < SHRINK_ABOVE) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const factor = Math.min(1, SHRINK_SIDE / Math.max(image.width, image.height));
    const blob = await new Promise((done) => drawn(image, factor).toBlob(done, "image/jpeg", 0.87));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

function drawn(image, factor) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * factor));
  canvas.height = Math.max(1, Math.round(image.height * factor));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function hold(box) {
  const transfer = new DataTransfer();
  for (const file of stateOf(box).files) transfer.items.add(file);
  inputOf(box).files = transfer.files;
}

function show(box) {
  hold(box);
  const { files, wrong } = stateOf(box);
  const list = box.querySelector("[data-drop-list]");
  list.replaceChildren(
    ...files.map((file) => item(box, file, size(file.size))),
    ...wrong.map((one) => item(box, one.file, one.wrong, true)),
  );
  list.hidden = !list.children.length;
}

const size = (bytes) => (bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`);

function make(tag, attributes, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

function item(box, file, words, isWrong = false) {
  const ending = (file.name.match(NAMED)?.[1] || "·").toUpperCase();
  const face = make("span", { className: "face-small" }, make("small", {}, ending));
  const says = make("span", { className: "says" }, make("span", { className: "clip", title: file.name }, file.name), make("small", {}, words));
  const away = make("button", { type: "button" }, "×");
  away.setAttribute("aria-label", `${box.dataset.sayRemove} ${file.name}`);
  away.addEventListener("click", () => {
    const state = stateOf(box);
    state.files = state.files.filter((other) => other !== file);
    state.wrong = state.wrong.filter((other) => other.file !== file);
    show(box);
    box.querySelector("[data-drop-pick]").focus();
  });
  if (!isWrong && file.type.startsWith("image/")) paint(face, file);
  return make("li", { className: `drop-item${isWrong ? " is-wrong" : ""}` }, face, says, away);
}

async function paint(face, file) {
  try {
    const image = await createImageBitmap(file);
    const source = drawn(image, Math.min(1, 96 / Math.min(image.width, image.height))).toDataURL("image/jpeg");
    face.replaceChildren(make("img", { src: source, alt: "" }));
  } catch { /* not a picture after all */ }
}

// Where a pasted or dropped file belongs: the form around it, else the open form, else the first on the page.
function nearest(target) {
  const around = target?.closest?.("form")?.querySelector("[data-drop]");
  const seen = [...document.querySelectorAll("[data-drop]")].filter((box) => !box.closest("details:not([open])"));
  return around || seen[0] || openFirst();
}

function openFirst() {
  const details = document.querySelector("details.attach");
  if (!details) return null;
  details.open = true;
  return details.querySelector("[data-drop]");
}

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  nearest(event.target)?.classList.add("is-over");
});
const cool = () => document.querySelectorAll(".drop.is-over").forEach((box) => box.classList.remove("is-over"));
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) cool(); });
document.addEventListener("drop", (event) => {
  cool();
  if (!carriesFiles(event)) return;
  event.preventDefault();
  const box = nearest(event.target);
  if (box) add(box, [...event.dataTransfer.files]);
});

document.addEventListener("paste", (event) => {
  const { files, types } = event.clipboardData || {};
  // Cells copied from a table carry a picture of themselves beside their words: the words are meant.
  if (!files?.length || types.includes("text/plain")) return;
  const box = nearest(event.target);
  if (!box) return;
  event.preventDefault();
  add(box, [...files].map((file) => named(box, file)));
});

function named(box, file) {
  if (file.name !== "image.png") return file;
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const stamp = `${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return new File([file], `${box.dataset.sayShot}-${stamp}.png`, { type: file.type });
}

// Sending waits for photos that are still being made smaller.
document.addEventListener("submit", (event) => {
  const box = event.target.querySelector?.("[data-drop]");
  const state = box && stateOf(box);
  if (!state?.waiting) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  state.pending.then(() => event.target.requestSubmit(submitter));
}, true);

function progressOf(target) {
  const box = target.querySelector?.("[data-drop]");
  return box && stateOf(box)?.files.length ? box.querySelector("[data-drop-progress]") : null;
}
document.addEventListener("submit", (event) => {
  const bar = progressOf(event.target);
  if (!bar || event.target.hasAttribute("hx-post")) return;
  bar.hidden = false;
  bar.removeAttribute("value"); // a plain sending tells no numbers
});
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = progressOf(event.target);
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = event.detail.loaded / event.detail.total;
});
document.addEventListener("htmx:afterRequest", () => {
  for (const bar of document.querySelectorAll("[data-drop-progress]")) bar.hidden = true;
});
addEventListener("pageshow", () => {
  for (const bar of document.querySelectorAll("[data-drop-progress]")) bar.hidden = true;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const asked = event.detail.requestConfig?.elt;
  for (const box of document.querySelectorAll("[data-drop]")) {
    const isSent = asked?.contains(box);
    if (stateOf(box)?.files.length && (!isSent || event.detail.xhr.status >= 400)) rescued.set(keyOf(box), stateOf(box).files);
  }
});
const setUpAll = () => document.querySelectorAll("[data-drop]").forEach(setUp);
document.addEventListener("htmx:afterSettle", setUpAll);
setUpAll();
