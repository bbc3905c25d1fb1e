// What happens around an HTMX request: refusals keep the form, errors become a sentence, focus is not lost.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
const say = (text, error) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, error } }));

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.responseText.includes("data-sign-in")) {
    // The session has ended: the sign-in page must not replace what was typed.
    event.detail.shouldSwap = false;
    say(words.signedOut, true);
    return;
  }
  if (xhr.status < 400) return;
  event.detail.isError = false;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const asked = requestConfig.elt.closest("form[data-fragment]");
  const refused = asked && `form[hx-post="${asked.getAttribute("hx-post")}"]`;
  if (xhr.status === 422 && asked && answer.querySelector(refused)) {
    // Only this form is exchanged: what was typed into the others stays.
    event.detail.shouldSwap = true;
    event.detail.target = asked;
    event.detail.swapOverride = "outerHTML";
    event.detail.selectOverride = refused;
  } else if (xhr.status === 409 && answer.getElementById("conflict")) {
    event.detail.shouldSwap = true;
    event.detail.selectOverride = "#conflict";
  } else {
    event.detail.shouldSwap = false;
    say(answer.querySelector("[data-sentence]")?.textContent.trim() || words.failed, true);
  }
});

document.addEventListener("htmx:sendError", () => say(words.offline, true));
document.addEventListener("htmx:timeout", () => say(words.offline, true));

// After a refusal the first wrong field takes the cursor; after a success the page's heading does.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.elt;
  const wrong = place.querySelector?.("[aria-invalid='true']");
  if (wrong) wrong.focus();
  else if (!document.activeElement || document.activeElement === document.body) {
    place.querySelector?.("[data-focus]")?.focus({ preventScroll: true });
  }
});

// A second press of the same button does nothing while the first is under way.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented && !event.target.hasAttribute("hx-post")) return;
  button?.setAttribute("aria-busy", "true");
  setTimeout(() => button?.removeAttribute("aria-busy"), 4000);
});
document.addEventListener("htmx:afterRequest", () => {
  for (const button of document.querySelectorAll("[aria-busy='true']")) button.removeAttribute("aria-busy");
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy='true']")) button.removeAttribute("aria-busy");
});
