// Short messages. Anyone may ask for one: document.dispatchEvent(new CustomEvent("toast", {detail: {text, error}})).
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
const STAY_MS = 6000;

const region = () => document.getElementById("toasts");

function leaveLater(toast) {
  if (toast.classList.contains("is-error") || toast.dataset.timed) return;
  toast.dataset.timed = "1";
  setTimeout(() => toast.remove(), STAY_MS);
}

document.addEventListener("toast", (event) => {
  const model = document.getElementById(event.detail.error ? "toast-error" : "toast-done");
  if (!model || !region()) return;
  const toast = model.content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = event.detail.text;
  region().append(toast);
  leaveLater(toast);
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast-c").remove();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier.dataset.copy);
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http in a hospital network has no clipboard API.
    const field = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.copied } }));
}

const settle = () => region()?.querySelectorAll(".toast-c").forEach(leaveLater);
document.addEventListener("htmx:oobAfterSwap", settle);
settle();
