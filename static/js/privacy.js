// Says under a field that it seems to hold patient data, and masks it there on wish. Never hinders sending.
// What to look for comes from the server, so both sides find the same.
const ADDRESS = "/privacy/patterns.json";
const FIELDS = "textarea:not([readonly]), input[data-guard]";
const PIECE = /[^、，,/／和及]+/g;
const SIGN = /[^\p{L}\p{N}\p{M}]/u;
const WAIT_MS = 300;

const bare = (value) => value.toUpperCase().replace(/[^0-9X]/g, "");

function luhn(value) {
  let total = 0;
  [...bare(value)].reverse().forEach((digit, place) => {
    const doubled = Number(digit) * (1 + (place % 2));
    total += doubled > 9 ? doubled - 9 : doubled;
  });
  return total % 10 === 0;
}

function checksOf(rules) {
  const identity = (value) => {
    const text = bare(value);
    const total = rules.weights.reduce((sum, weight, place) => sum + weight * Number(text[place]), 0);
    return rules.checkCharacters[total % 11] === text[17];
  };
  return {
    identity,
    luhn,
    old_identity: (value) => !(value.startsWith(rules.imei) && luhn(value)),
    unbroken: (value) => value.split("\n").length <= 2,
  };
}

// The finder of these rules: text → [{kind, start, end, first, last}], a value inside another one left out.
export function finder(rules) {
  const even = new Map([...rules.odd].map((one, place) => [one, rules.even[place]]));
  const checks = checksOf(rules);
  const patterns = rules.patterns.map((pattern) => ({ ...pattern, seek: new RegExp(pattern.source, "dg") }));
  return (text) => {
    const plain = text.replace(/[^\n -~]/g, (one) => even.get(one) ?? one);
    const hits = [];
    for (const { kind, seek, check, first, last } of patterns) {
      for (const match of plain.matchAll(seek)) {
        const [start, end] = match.indices[1];
        if (!check || checks[check](plain.slice(start, end))) hits.push({ kind, start, end, first, last });
      }
    }
    hits.sort((one, other) => one.start - other.start || other.end - one.end);
    return hits.filter((hit, place) => hits.slice(0, place).every((earlier) => earlier.end < hit.end));
  };
}

// The text with every hit hidden in place.
export function mask(text, hits) {
  const characters = text.split("");
  for (const hit of hits) {
    for (const piece of text.slice(hit.start, hit.end).matchAll(PIECE)) {
      const places = [];
      for (let at = hit.start + piece.index; at < hit.start + piece.index + piece[0].length; at += 1) {
        if (!SIGN.test(text[at])) places.push(at);
      }
      const last = Math.max(0, Math.min(hit.last, places.length - hit.first - 1, Math.floor(places.length / 2)));
      for (const place of places.slice(hit.first, places.length - last)) characters[place] = "*";
    }
  }
  return characters.join("");
}

let find = null;
let kinds = {};
let asked = null;
let waiting = 0;

function ask() {
  asked ??= fetch(ADDRESS).then((answer) => answer.json()).then((rules) => {
    kinds = rules.kinds;
    find = finder(rules);
  }).catch(() => { asked = null; });
  return asked;
}

const noticeOf = (field) => (field.nextElementSibling?.matches("[data-privacy-notice]") ? field.nextElementSibling : null);

function look(field) {
  if (!find || !field.isConnected) return;
  const hits = find(field.value);
  const notice = noticeOf(field);
  if (!hits.length) {
    notice?.remove();
    return;
  }
  const names = [...new Set(hits.map((hit) => kinds[hit.kind]))].join("、");
  const shown = notice || place(field);
  const words = shown?.querySelector("[data-privacy-kinds]");
  if (words && words.textContent !== names) words.textContent = names;
}

function place(field) {
  const model = document.getElementById("privacy-notice");
  if (!model) return null;
  const notice = model.content.firstElementChild.cloneNode(true);
  notice.querySelector("button").addEventListener("click", () => {
    field.value = mask(field.value, find(field.value));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    look(field);
    field.focus();
  });
  field.after(notice);
  return notice;
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(FIELDS)) ask();
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.(FIELDS)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => ask()?.then(() => look(field)), WAIT_MS);
});

// What a refused form brings back is looked at once.
const filled = [...document.querySelectorAll(FIELDS)].filter((field) => /\d{4}/.test(field.value));
if (filled.length) ask().then(() => filled.forEach(look));
