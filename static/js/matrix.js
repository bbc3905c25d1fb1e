// Impact × urgency as one grid. The radio buttons stay the truth; the grid only presses them.
const place = document.querySelector("[data-matrix]");
const source = document.getElementById("matrix");

function pick(form, name, value) {
  const radio = form.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
  if (radio) radio.checked = true;
}

const value = (form, name) => form.querySelector(`input[name="${name}"]:checked, select[name="${name}"]`)?.value;

if (place && source) {
  const priorities = JSON.parse(source.textContent);
  const form = place.closest("form");
  const output = form.querySelector("[data-matrix-result]");
  const show = () => {
    const [impact, urgency] = [value(form, "impact"), value(form, "urgency")];
    for (const button of place.querySelectorAll("button")) {
      const chosen = button.dataset.impact === impact && button.dataset.urgency === urgency;
      button.setAttribute("aria-pressed", String(chosen));
    }
    const result = priorities[impact]?.[urgency];
    if (!output || !result) return;
    output.className = `badge-c c-${result.colour}`;
    output.textContent = [result.label, result.due].filter(Boolean).join(" · ");
  };
  for (const button of place.querySelectorAll("button")) {
    const result = priorities[button.dataset.impact]?.[button.dataset.urgency];
    if (result) { button.textContent = result.short || result.label; button.classList.add(`c-${result.colour}`); }
    button.addEventListener("click", () => {
      pick(form, "impact", button.dataset.impact);
      pick(form, "urgency", button.dataset.urgency);
      show();
    });
  }
  place.hidden = false;
  form.classList.add("matrix-on");
  form.addEventListener("change", show);
  show();
}
