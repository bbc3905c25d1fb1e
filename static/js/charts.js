// Draws [data-chart] from the JSON beside it, in the colours of the page. Without this script the table under the
// chart says the same. Panes stand one above the other over the same labels.
const echarts = window.echarts;
const root = document.documentElement;
const drawn = new Map();
const SHAPES = ["circle", "rect", "triangle", "diamond"];
const DASHES = ["solid", [7, 4], [2, 3], [9, 3, 2, 3]];
// Textures of stacked bars, so that they can be told apart without colours.
const TEXTURES = [
  null,
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 },
  { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.6 },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5] },
  { symbol: "rect", dashArrayX: [2, 5], dashArrayY: [1, 0] },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: Math.PI / 4 },
  { symbol: "triangle", dashArrayX: [[7, 5], [0, 6, 6, 0]], dashArrayY: [7, 0], symbolSize: 0.7 },
  { symbol: "diamond", dashArrayX: [[8, 4], [0, 6, 6, 0]], dashArrayY: [8, 0], symbolSize: 0.8 },
];

const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

function ink() {
  return {
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => token(`--chart-${n}`)),
    text: token("--ink-2"), strong: token("--ink"), line: token("--line"), axis: token("--line-strong"),
    paper: token("--paper"), goal: token("--chart-goal"), font: token("--font") || "sans-serif",
  };
}

// The legend may take several rows on a phone; a wide character is as wide as its letters are high.
function legendRows(panes, width) {
  const widths = panes.flatMap((pane) => pane.lines).map(({ name }) => 46 + [...name].length * 12);
  return Math.max(1, Math.ceil(widths.reduce((sum, one) => sum + one, 0) / Math.max(1, width - 58)));
}

// With two panes the upper one takes the larger part.
function grids(panes, width, height) {
  const top = 16 + 20 * legendRows(panes, width), bottom = 26, between = 42;
  const room = height - top - bottom - between * (panes.length - 1);
  const upper = panes.length > 1 ? Math.round(room * 0.56) : room;
  return panes.map((_, n) => ({
    left: 46, right: panes.some((pane) => pane.levels.length) ? 58 : 18,
    top: n === 0 ? top : top + upper + between,
    height: n === 0 ? upper : room - upper,
  }));
}

function xAxis(labels, index, last, colours) {
  return {
    type: "category", data: labels, gridIndex: index, axisTick: { show: false },
    axisLine: { lineStyle: { color: colours.axis } },
    axisLabel: { show: last, color: colours.text, fontSize: 12, hideOverlap: true },
  };
}

// Where an axis of shares begins and how far apart its lines are: as near as the least value allows.
const FLOORS = [[80, 5], [60, 10], [40, 20], [0, 25]];

function yAxis(pane, index, colours) {
  const rates = pane.most !== null;
  const known = pane.lines.flatMap((line) => line.values).concat(pane.levels.map((level) => level.value))
    .filter((value) => value !== null);
  const least = rates && known.length ? Math.min(...known) : 0;
  const [min, interval] = rates ? FLOORS.find(([floor]) => floor <= least) : [0, undefined];
  return {
    type: "value", gridIndex: index, splitNumber: 3, minInterval: rates ? undefined : 1,
    min, interval, max: pane.most ?? undefined,
    name: pane.unit, nameGap: 8, nameTextStyle: { color: colours.text, align: "right", padding: [0, 6, 0, 0] },
    axisLabel: { color: colours.text, fontSize: 12 },
    splitLine: { lineStyle: { color: colours.line } },
  };
}

// A goal has the colour of its line and stands in words at its end; the higher one above its line, the others below.
function goals(pane, colours) {
  const levels = [...pane.levels].sort((one, other) => other.value - one.value);
  return {
    silent: true, symbol: "none",
    data: levels.map((level, n) => {
      const color = colours.series[level.of % colours.series.length];
      return {
        yAxis: level.value, name: level.short, lineStyle: { color, type: [3, 4], width: 1.25 },
        label: { color, fontSize: 11, formatter: "{b}", position: "end", distance: 4, verticalAlign: n ? "top" : "bottom" },
      };
    }),
  };
}

function lineOf(line, n, pane, place, colours) {
  const colour = colours.series[n % colours.series.length];
  const shared = { name: line.name, data: line.values, xAxisIndex: place, yAxisIndex: place, color: colour };
  if (line.kind === "line") {
    return {
      ...shared, type: "line", symbol: SHAPES[n % SHAPES.length], symbolSize: 7, connectNulls: false,
      lineStyle: { width: 2, type: DASHES[n % DASHES.length] },
      markLine: n === 0 && pane.levels.length ? goals(pane, colours) : undefined,
    };
  }
  const texture = TEXTURES[n % TEXTURES.length];
  return {
    ...shared, type: "bar", stack: line.stack || undefined, barMaxWidth: line.stack ? 22 : 14, barGap: "15%",
    itemStyle: {
      borderColor: colours.paper, borderWidth: line.stack ? 1 : 0, borderRadius: line.stack ? 0 : [2, 2, 0, 0],
      decal: texture ? { color: colours.paper, ...texture } : { symbol: "none" },
    },
  };
}

function option(chart, element) {
  const colours = ink();
  const { labels, panes } = chart;
  const plain = { color: colours.text, fontFamily: colours.font, fontSize: 12 };
  return {
    animation: false, backgroundColor: "transparent", textStyle: plain,
    grid: grids(panes, element.clientWidth, element.clientHeight),
    xAxis: panes.map((_, n) => xAxis(labels, n, n === panes.length - 1, colours)),
    yAxis: panes.map((pane, n) => yAxis(pane, n, colours)),
    series: panes.flatMap((pane, place) => pane.lines.map((line, n) => lineOf(line, n, pane, place, colours))),
    legend: { top: 4, right: 12, left: 46, itemWidth: 22, itemHeight: 10, itemGap: 16, textStyle: plain, selectedMode: false },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    // richText draws into the picture: no style attributes, which the policy of the page would refuse.
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colours.paper,
      borderColor: colours.axis, textStyle: { ...plain, color: colours.strong },
    },
  };
}

function draw(element) {
  drawn.get(element)?.dispose();
  const values = JSON.parse(document.getElementById(element.dataset.chart).textContent);
  const chart = echarts.init(element, null, { renderer: "svg" });
  chart.setOption(option(values, element));
  drawn.set(element, chart);
}

function drawAll() {
  for (const element of document.querySelectorAll("[data-chart]")) draw(element);
}

// On paper the page is light, whatever the screen is.
let onScreen = "";
function toPaper() {
  onScreen = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
  drawAll();
}
function toScreen() {
  root.dataset.bsTheme = onScreen;
  drawAll();
}

if (echarts) {
  drawAll();
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) if (drawn.get(target)?.getWidth() !== target.clientWidth) draw(target);
  });
  for (const element of drawn.keys()) sizes.observe(element);
  new MutationObserver(drawAll).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
}
