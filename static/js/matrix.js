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
  // "impact-urgency" → {value, label, colour, due}; a bare "P2" will do.
  const at = (impact, urgency) => {
    const found = priorities[`${impact}-${urgency}`];
    return typeof found === "string" ? { value: found, label: found, colour: "secondary" } : found;
  };
  const form = place.closest("form");
  const output = form.querySelector("[data-matrix-result]");
  const show = () => {
    const [impact, urgency] = [value(form, "impact"), value(form, "urgency")];
    for (const button of place.querySelectorAll("button")) {
      const chosen = button.dataset.impact === impact && button.dataset.urgency === urgency;
      button.setAttribute("aria-pressed", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    const result = at(impact, urgency);
    if (!output || !result) return;
    output.className = `badge-c c-${result.colour}`;
    output.textContent = [result.label, result.due].filter(Boolean).join(" · ");
  };
  for (const button of place.querySelectorAll("button")) {
    const result = at(button.dataset.impact, button.dataset.urgency);
    if (result) { button.textContent = result.value; button.classList.add(`c-${result.colour}`); }
    button.addEventListener("click", () => {
      pick(form, "impact", button.dataset.impact);
      pick(form, "urgency", button.dataset.urgency);
      show();
    });
  }
  // One stop for Tab; the arrow keys walk over the grid and choose.
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  place.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const cell = event.target.closest("td");
    if (!step || !cell) return;
    event.preventDefault();
    const row = cell.parentElement.parentElement.rows[cell.parentElement.sectionRowIndex + step[0]];
    const next = row?.cells[cell.cellIndex + step[1]]?.querySelector("button");
    next?.click();
    next?.focus();
  });
  place.hidden = false;
  form.classList.add("matrix-on");
  form.addEventListener("change", show);
  show();
}
