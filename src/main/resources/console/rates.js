/** A moving chart of some numbers over the last two minutes. */

const WINDOW = 120_000; // ms that the chart shows
const COLOURS = 5; // that the style sheet has for lines

export class Rates {
  #canvas;
  #chart;
  #lines = new Map(); // label -> dataset

  /** Draws on `canvas` with the Chart.js that the page has loaded. @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#chart = new globalThis.Chart(canvas, {
      type: 'line',
      data: {datasets: []},
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', ticks: {stepSize: 30_000, maxRotation: 0, callback: ago}, border: {display: false}},
          y: {beginAtZero: true, suggestedMax: 5, ticks: {precision: 0}, border: {display: false}},
        },
        plugins: {
          legend: {position: 'bottom', labels: {usePointStyle: true, pointStyle: 'line', boxWidth: 24}},
          tooltip: {callbacks: {title: () => ''}},
        },
      },
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#colour());
    this.#colour();
  }

  /** Takes what is so at a time, in ms, and moves on. @param {Object<string, number>} values by label */
  add(time, values) {
    let isNew = false;
    for (const [label, value] of Object.entries(values)) {
      if (!this.#lines.has(label)) {
        this.#lines.set(label, {label, data: [], borderWidth: 2, pointRadius: 0});
        isNew = true;
      }
      this.#lines.get(label).data.push({x: time, y: value});
    }
    for (const line of this.#lines.values()) line.data = line.data.filter(({x}) => x > time - WINDOW);
    this.#chart.data.datasets = [...this.#lines.values()];
    const {x} = this.#chart.options.scales;
    x.max = time;
    x.min = time - WINDOW;
    if (isNew) this.#colour();
    else this.#chart.update();
  }

  /** Takes the colours from the style sheet, which knows light and dark. */
  #colour() {
    const style = getComputedStyle(this.#canvas);
    const colour = name => style.getPropertyValue(name).trim();
    [...this.#lines.values()].forEach((line, i) => {
      line.borderColor = colour(`--series-${(i % COLOURS) + 1}`);
    });
    const {scales, plugins} = this.#chart.options;
    for (const scale of [scales.x, scales.y]) {
      scale.ticks.color = colour('--muted');
      scale.grid = {color: colour('--line')};
    }
    plugins.legend.labels.color = colour('--text');
    this.#chart.update();
  }
}

function ago(value, index, ticks) {
  const seconds = Math.round((ticks.at(-1).value - value) / 1000);
  return seconds === 0 ? 'now' : `−${seconds} s`;
}
