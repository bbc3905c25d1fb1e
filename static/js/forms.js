// Small comforts: filters that send themselves, chips that show a part of the timeline, demo names that fill in.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

document.addEventListener("change", (event) => {
  event.target.closest("[data-autosubmit]")?.closest("form").requestSubmit();
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-show-only]");
  if (chip) {
    chip.closest("[data-filterable]").dataset.show = chip.dataset.showOnly;
    for (const other of chip.parentElement.children) other.setAttribute("aria-pressed", String(other === chip));
  }
  const filler = event.target.closest("[data-fill]");
  if (filler) {
    for (const [id, value] of Object.entries(JSON.parse(filler.dataset.fill))) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    document.getElementById(filler.dataset.then)?.focus();
  }
  if (event.target.closest("[data-print]")) window.print();
});

document.querySelector("[data-autofocus] :is(input:not([type=hidden]), textarea)")?.focus();

// Leaving with a half-written answer asks first; sending it does not.
let sent = false;
document.addEventListener("submit", () => { sent = true; });
document.addEventListener("htmx:afterRequest", () => { sent = false; });
addEventListener("beforeunload", (event) => {
  const written = [...document.querySelectorAll("textarea[data-guard], [data-guard] textarea")]
    .some((area) => area.value !== area.defaultValue && area.value.trim());
  if (!sent && written) {
    event.preventDefault();
    event.returnValue = words.leave;
  }
});
