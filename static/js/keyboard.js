// Keys for people who live in the queue. Silent while typing and while an input method is composing.
const rows = () => [...document.querySelectorAll("[data-row]")];
const help = document.getElementById("keys");
let cursor = -1;
let pending = "";
let forget = 0;

const typing = (target) => target.closest("input, textarea, select, [contenteditable], .ts-wrapper") !== null;

function move(step) {
  const list = rows();
  if (!list.length) return;
  list[cursor]?.classList.remove("is-cursor");
  cursor = Math.min(list.length - 1, Math.max(0, cursor + step));
  list[cursor].classList.add("is-cursor");
  list[cursor].scrollIntoView({ block: "nearest" });
  list[cursor].querySelector("a[data-open]")?.focus({ preventScroll: true });
}

function press(selector) {
  const target = document.querySelector(selector);
  if (!target) return false;
  if (target.matches("details")) {
    target.open = true;
    target.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  } else if (target.matches("input, textarea")) target.focus();
  else target.click();
  return true;
}

function act(key) {
  if (pending === "g") return press(`[data-hotkey="g ${key}"]`);
  switch (key) {
    case "/": return press("#search");
    case "?": help?.showModal(); return Boolean(help);
    case "j": move(1); return true;
    case "k": move(-1); return true;
    case "o": return press(".is-cursor a[data-open]");
    default: return press(`[data-hotkey="${CSS.escape(key)}"]`);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-submit], [type=submit]")); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  clearTimeout(forget);
  if (event.key === "g" && !pending) {
    pending = "g";
    forget = setTimeout(() => { pending = ""; }, 1200);
    return;
  }
  if (act(event.key)) event.preventDefault();
  pending = "";
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) help?.showModal();
  if (event.target === help || event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
});
