// Remembers who reports from this device. data-remember on the form names its box; data-keep marks the fields.
const KEY = "reporter";
const form = document.querySelector("form[data-remember]");
const box = form?.querySelector("[data-remember-box]");
const fields = form ? [...form.querySelectorAll("[data-keep]")].flatMap((place) => [...place.querySelectorAll("input[name], select[name], textarea[name]")]) : [];

function load() {
  try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
}

if (form && box) {
  box.closest("[hidden]")?.removeAttribute("hidden");
  const kept = load();
  box.checked = kept.off !== true;
  for (const field of fields) {
    if (field.value || !kept[field.name]) continue;
    field.value = kept[field.name];
    field.tomselect?.setValue(kept[field.name], true);
  }
  form.addEventListener("submit", () => {
    const values = box.checked ? Object.fromEntries(fields.map((field) => [field.name, field.value])) : { off: true };
    try { localStorage.setItem(KEY, JSON.stringify(values)); } catch { /* full or forbidden: nothing to keep */ }
  });
}
