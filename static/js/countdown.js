// Keeps running clock pills true between reloads. data-due: when it would run out if the window stayed open;
// data-until: when the window closes; both in epoch seconds.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");
const SOON_SECONDS = 30 * 60;
const EVERY_MS = 15000;

// The PC's clock may be wrong; the server said its time when it made the page.
const serverNow = Number(document.body.dataset.now) * 1000;
const skew = serverNow ? serverNow - Date.now() : 0;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

function spell(seconds, inHours) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 3600) return fill(words.minutes, { minutes: Math.ceil(whole / 60) });
  if (whole < 86400 || inHours) {
    const values = { hours: Math.floor(whole / 3600), minutes: whole < 36000 ? Math.floor((whole % 3600) / 60) : 0 };
    return fill(values.minutes ? words.hoursMinutes : words.hours, values);
  }
  const values = { days: Math.floor(whole / 86400), hours: Math.floor((whole % 86400) / 3600) };
  return fill(values.hours ? words.daysHours : words.days, values);
}

function tick() {
  if (document.hidden) return;
  const now = (Date.now() + skew) / 1000;
  for (const pill of document.querySelectorAll(".clock[data-due]")) {
    // Business time: when the window has closed, what is left stands still until the next page.
    const until = Number(pill.dataset.until || Infinity);
    const left = Number(pill.dataset.due) - Math.min(now, until);
    if (now > until && words.outside) pill.title = words.outside;
    const late = left < 0 || pill.classList.contains("is-late");
    const text = fill(late ? words.overdue : words.left, { time: spell(Math.abs(left), "hours" in pill.dataset) });
    const label = pill.querySelector("span");
    if (label.textContent !== text) label.textContent = text;
    pill.classList.toggle("is-late", late);
    pill.classList.toggle("is-soon", !late && left <= SOON_SECONDS);
  }
}

if (words.left && document.querySelector(".clock[data-due], [data-live]")) {
  setInterval(tick, EVERY_MS);
  document.addEventListener("visibilitychange", tick);
}
