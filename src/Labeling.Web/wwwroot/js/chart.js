// One chart of training metrics over steps: lines, points of held-out rows, a table with the last values and those under the cursor.
import uPlot from "../uplot/dist/uPlot.esm.js";

const nearRows = 50;

export function format(metric, value) {
  if (value == null) return "–";
  if (metric.endsWith("memory_bytes")) return value >= 2 ** 30 ? `${(value / 2 ** 30).toFixed(2)} GiB` : `${(value / 2 ** 20).toFixed(1)} MiB`;
  const size = Math.abs(value);
  if (size === 0 || (Number.isInteger(value) && size < 1e6)) return String(value);
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
  return size >= 1e4 ? String(Math.round(value)) : String(+value.toPrecision(4));
}

// Exponential moving average that starts unbiased; rows without a value stay without one.
export function smooth(values, weight) {
  const out = new Array(values.length).fill(null);
  let mean = 0, share = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] == null) continue;
    mean = weight * mean + (1 - weight) * values[i];
    share = weight * share + (1 - weight);
    out[i] = mean / share;
  }
  return out;
}

function element(name, parent, properties = {}) {
  return parent.appendChild(Object.assign(document.createElement(name), properties));
}

export class Chart {
  // series: [{ label, metric, colour, points }]; colour is the number of a colour of the theme.
  constructor(parent, title, board) {
    this.board = board;
    this.title = title;
    this.series = [];
    this.dirty = true;
    this.figure = element("figure", parent, { className: "chart" });
    const caption = element("figcaption", this.figure);
    element("h3", caption, { textContent: title });
    this.note = element("span", caption, { className: "hint" });
    this.plot = element("div", this.figure, { className: "plot", tabIndex: 0 });
    this.plot.setAttribute("role", "group");
    this.plot.setAttribute("aria-label", `Chart: ${title} over steps. Arrow keys move through the steps, + and - zoom, 0 shows all; the table below has the values.`);
    this.plot.addEventListener("keydown", event => this.key(event));
    const table = element("table", this.figure);
    element("caption", table, { className: "unseen", textContent: `${title}: last values` });
    const head = element("tr", element("thead", table));
    for (const text of ["series", "last"]) element("th", head, { textContent: text, scope: "col" });
    this.at = element("th", head, { scope: "col", textContent: "at the cursor" });
    this.rows = element("tbody", table);
  }

  add(series) {
    const row = element("tr", this.rows);
    const name = element("th", row, { scope: "row" });
    const mark = element("span", name, { className: series.points ? "mark point" : "mark" });
    mark.style.color = `var(--series-${series.colour})`;
    name.append(series.label);
    this.series.push({ ...series, last: element("td", row), here: element("td", row) });
  }

  // steps, and a column for each series; null where a step has no value.
  take(steps, columns) {
    this.steps = steps;
    this.columns = columns;
    this.dirty = true;
    this.series.forEach((series, i) => { series.last.textContent = format(series.metric, columns[i].findLast(value => value != null)); });
  }

  draw() {
    this.dirty = false;
    const { log, smoothing } = this.board;
    const above = this.columns.some(column => column.some(value => value > 0));
    const useLog = log && above;
    const hidden = log ? this.columns.reduce((sum, column) => sum + column.reduce((count, value) => count + (value != null && value <= 0), 0), 0) : 0;
    this.note.textContent = !log || hidden === 0 ? "" : above ? `values at or below 0 are hidden (${hidden})` : "no value is above 0: linear scale";
    const shown = useLog ? this.columns.map(column => column.map(value => value > 0 ? value : null)) : this.columns;
    const lines = this.series.map((series, i) => smoothing > 0 && !series.points ? [shown[i], smooth(shown[i], smoothing)] : [shown[i]]);
    const data = [this.steps, ...lines.flat()];
    const shape = `${useLog} ${lines.map(line => line.length)}`;
    if (shape !== this.shape) this.build(shape, useLog, lines, data);
    else this.u.setData(data);
    this.showCursor();
  }

  build(shape, useLog, lines, data) {
    this.shape = shape;
    this.u?.destroy();
    const board = this.board, metric = this.series[0].metric;
    const axis = { stroke: () => board.colour("text"), grid: { stroke: () => board.colour("grid"), width: 1 }, ticks: { stroke: () => board.colour("grid"), width: 1 }, font: "12px system-ui, sans-serif" };
    this.u = new uPlot({
      width: this.plot.clientWidth || 320,
      height: 220,
      legend: { show: false },
      scales: { x: { time: false, range: (u, min, max) => board.range ?? (min == null ? [0, 1] : min === max ? [min - 1, max + 1] : [min, max]) }, y: { distr: useLog ? 3 : 1 } },
      axes: [
        { ...axis, size: 30, label: "step", labelSize: 16, labelFont: axis.font, labelGap: 0 },
        { ...axis, size: (u, values) => 18 + 8 * Math.max(4, ...(values ?? []).map(value => value.length)), values: (u, values) => values.map(value => value == null ? "" : format(metric, value)) },
      ],
      cursor: { drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => () => { board.zoom(null); return null; } } },
      series: [{}, ...this.series.flatMap((series, i) => lines[i].map((_, k) => this.line(series, k === 0 && lines[i].length === 2)))],
      hooks: { setSelect: [u => this.selected(u)], setCursor: [() => this.showCursor()] },
    }, data, this.plot);
  }

  line(series, faint) {
    const stroke = () => this.board.colour(series.colour, faint);
    return series.points
      ? { stroke, width: 1, dash: [3, 4], spanGaps: true, points: { show: true, size: 7, stroke, fill: stroke } }
      : { stroke, width: faint ? 1 : 1.75, spanGaps: true, points: { show: (u, i, from, to) => !faint && to - from < 60, size: 4, stroke, fill: stroke } };
  }

  selected(u) {
    const { left, width } = u.select;
    if (width < 4) return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.board.zoom([u.posToVal(left, "x"), u.posToVal(left + width, "x")]);
  }

  showCursor() {
    const row = this.u?.cursor.idx;
    this.at.textContent = row == null ? "at the cursor" : `step ${this.steps[row]}`;
    this.series.forEach((series, i) => {
      let at = row;
      // Steps that a series has no value of show its one before: held-out rows are measured now and then.
      while (at != null && at > 0 && this.columns[i][at] == null && (series.points || row - at < nearRows)) at--;
      series.here.textContent = row == null ? "" : format(series.metric, this.columns[i][at]);
    });
  }

  key(event) {
    if (!this.u || event.ctrlKey || event.altKey || event.metaKey) return;
    const { min, max } = this.u.scales.x, row = this.u.cursor.idx ?? this.steps.length - 1, width = (max - min) / 4;
    const move = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -row, End: this.steps.length }[event.key];
    if (move !== undefined) {
      const step = this.steps[Math.max(0, Math.min(this.steps.length - 1, row + move))];
      this.u.setCursor({ left: this.u.valToPos(Math.max(min, Math.min(max, step)), "x"), top: 10 });
    } else if (event.key === "+") {
      const middle = Math.max(min + width, Math.min(max - width, this.steps[row]));
      this.board.zoom([middle - width, middle + width]);
    } else if (event.key === "-") this.board.zoom([min - 2 * width, max + 2 * width]);
    else if (event.key === "0") this.board.zoom(null);
    else return;
    event.preventDefault();
  }

  resize() {
    if (this.u && this.plot.clientWidth > 0 && this.plot.clientWidth !== this.u.width) this.u.setSize({ width: this.plot.clientWidth, height: 220 });
  }

  remove() {
    this.u?.destroy();
    this.figure.remove();
  }
}
