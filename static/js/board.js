// The board asks for its columns anew while somebody can see it; without scripts a link does the same.
const seconds = () => Number(document.getElementById("board")?.dataset.refresh || 30);

function refresh() {
  if (document.hidden) return;
  document.getElementById("board")?.dispatchEvent(new Event("refresh"));
}

setInterval(refresh, seconds() * 1000);
document.addEventListener("visibilitychange", refresh);
