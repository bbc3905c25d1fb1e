// Pictures open over the page: arrow keys walk through them, Escape closes, a click shows the true size.
const model = document.getElementById("viewer-model");
let dialog;
let shown = [];
let place = 0;

function open(link) {
  shown = [...link.closest(".files").querySelectorAll("a[data-view]")];
  place = shown.indexOf(link);
  if (!dialog) {
    document.body.append(model.content.cloneNode(true));
    dialog = document.querySelector("dialog.viewer");
    dialog.addEventListener("click", act);
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") step(-1);
      if (event.key === "ArrowRight") step(1);
    });
  }
  step(0);
  dialog.showModal();
}

function step(by) {
  place = (place + by + shown.length) % shown.length;
  const link = shown[place];
  const image = dialog.querySelector("img");
  image.src = link.href;
  image.alt = link.dataset.view;
  dialog.classList.remove("is-large");
  dialog.querySelector("[data-name]").textContent = link.dataset.view;
  for (const arrow of dialog.querySelectorAll("[data-step]")) arrow.hidden = shown.length < 2;
}

function act(event) {
  const arrow = event.target.closest("[data-step]");
  if (arrow) step(Number(arrow.dataset.step));
  else if (event.target.closest("img")) dialog.classList.toggle("is-large");
  else if (event.target.closest("[data-close], .viewer-stage")) dialog.close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link || !model || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
