// The charts of a run, or of several runs over each other: gathers columns as they come, draws once a frame and only what is in view.
import { Chart } from "./chart.js";

const held = "eval_";
const colours = 8;

// In the order in which people look at them; any other metric follows alone.
const groups = [
  ["Loss", "loss"],
  ["Rewards", "rewards/chosen", "rewards/rejected", "rewards/margins"],
  ["Reward accuracy", "rewards/accuracies"],
  ["Learning rate", "learning_rate"],
  ["Gradient norm", "grad_norm"],
  ["Tokens per second", "tokens_per_second"],
  ["Memory", "memory_bytes"],
];

class Columns {
  constructor() {
    this.steps = [];
    this.values = new Map();
  }

  // names: the metrics; floats: the steps, then a column for each metric, NaN for none. A step replaces what was known of it.
  take(names, floats) {
    const rows = floats.length / (names.length + 1);
    for (const name of names) if (!this.values.has(name)) this.values.set(name, new Array(this.steps.length).fill(null));
    for (let row = 0; row < rows; row++) {
      const at = this.place(floats[row]);
      for (const column of this.values.values()) column[at] = null;
      names.forEach((name, i) => {
        const value = floats[(i + 1) * rows + row];
        if (!Number.isNaN(value)) this.values.get(name)[at] = value;
      });
    }
  }

  place(step) {
    let at = this.steps.length;
    while (at > 0 && this.steps[at - 1] >= step) at--;
    if (this.steps[at] === step) return at;
    this.steps.splice(at, 0, step);
    for (const column of this.values.values()) column.splice(at, 0, null);
    return at;
  }
}

class Board {
  constructor(root, runs) {
    this.root = root;
    this.runs = runs.map(label => ({ label, columns: new Columns() }));
    this.charts = new Map();
    this.range = null;
    this.log = false;
    this.smoothing = 0;
    this.grid = root.querySelector("[data-grid]");
    this.wiring = new AbortController();
    this.inView = new IntersectionObserver(entries => {
      for (const entry of entries) entry.target.chart.visible = entry.isIntersecting;
      this.schedule();
    }, { rootMargin: "200px" });
    this.sizes = new ResizeObserver(() => { for (const chart of this.charts.values()) chart.resize(); });
    this.sizes.observe(this.grid);
    this.theme = new MutationObserver(() => this.recolour());
    this.theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const signal = this.wiring.signal;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour(), { signal });
    root.querySelector("[data-smooth]").addEventListener("input", event => this.setSmoothing(+event.target.value), { signal });
    root.querySelector("[data-log]").addEventListener("change", event => { this.log = event.target.checked; this.redraw(); }, { signal });
    root.querySelector("[data-whole]").addEventListener("click", () => this.zoom(null), { signal });
    this.readColours();
  }

  append(run, names, bytes) {
    this.runs[run].columns.take(names, new Float64Array(bytes.slice().buffer));
    for (const name of names) this.chartOf(name, run);
    this.stale = true;
    this.schedule();
  }

  // Makes the chart of a metric, and its line in it, when the metric is new.
  chartOf(name, run) {
    const isHeld = name.startsWith(held), base = isHeld ? name.slice(held.length) : name;
    const group = groups.find(metrics => metrics.includes(base, 1)) ?? [base, base];
    const single = this.runs.length === 1, title = single || group.length === 2 ? group[0] : base;
    let chart = this.charts.get(title);
    if (!chart) {
      chart = new Chart(this.grid, title, this);
      chart.figure.chart = chart;
      this.charts.set(title, chart);
      this.inView.observe(chart.figure);
      const order = metric => { const at = groups.findIndex(metrics => metrics.includes(metric)); return at < 0 ? groups.length : at; };
      chart.order = order(base);
      this.grid.append(...[...this.charts.values()].sort((a, b) => a.order - b.order).map(each => each.figure));
    }

    if (chart.series.some(series => series.run === run && series.name === name)) return;
    const place = single ? Math.max(0, group.indexOf(base) - 1) : run;
    const colour = single && isHeld ? (group.length - 1 + place) % colours : place % colours;
    const what = isHeld ? `${base} (held-out)` : base;
    chart.add({ run, name, metric: base, points: isHeld, colour: colour + 1, label: single ? what : isHeld ? `${this.runs[run].label} (held-out)` : this.runs[run].label });
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      if (this.stale) this.gather();
      for (const chart of this.charts.values()) if (chart.dirty && chart.visible && chart.columns) chart.draw();
    });
  }

  gather() {
    this.stale = false;
    const steps = this.runs.length === 1 ? this.runs[0].columns.steps.slice()
      : [...new Set(this.runs.flatMap(run => run.columns.steps))].sort((a, b) => a - b);
    const places = this.runs.map(run => {
      if (run.columns.steps.length === steps.length) return null;
      const rows = new Map(steps.map((step, row) => [step, row]));
      return run.columns.steps.map(step => rows.get(step));
    });
    const column = ({ run, name }) => {
      const values = this.runs[run].columns.values.get(name), rows = places[run];
      if (!rows) return values;
      const spread = new Array(steps.length).fill(null);
      rows.forEach((row, i) => { spread[row] = values[i]; });
      return spread;
    };
    for (const chart of this.charts.values()) chart.take(steps, chart.series.map(column));
  }

  redraw() {
    for (const chart of this.charts.values()) chart.dirty = true;
    this.schedule();
  }

  zoom(range) {
    this.range = range;
    this.root.querySelector("[data-whole]").disabled = range === null;
    this.redraw();
  }

  setSmoothing(weight) {
    this.smoothing = weight;
    this.root.querySelector("[data-smooth-value]").textContent = weight.toFixed(2);
    this.redraw();
  }

  recolour() {
    this.readColours();
    this.redraw();
  }

  readColours() {
    const style = getComputedStyle(document.documentElement), read = name => style.getPropertyValue(name).trim();
    this.palette = { text: read("--mud-palette-text-secondary"), grid: read("--mud-palette-lines-default") };
    for (let i = 1; i <= colours; i++) this.palette[i] = read(`--series-${i}`);
  }

  colour(name, faint) {
    return faint ? this.palette[name] + "55" : this.palette[name];
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.wiring.abort();
    this.theme.disconnect();
    this.sizes.disconnect();
    this.inView.disconnect();
    for (const chart of this.charts.values()) chart.remove();
  }
}

export const create = (root, runs) => new Board(root, runs);
