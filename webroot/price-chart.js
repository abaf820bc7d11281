/** The moving chart of the stock page: what each price has changed since the page was opened, in percent. */

const WINDOW = 60_000; // ms that the chart shows

export class PriceChart {
  #chart;
  #canvas;
  #lines;
  #levels = new Map(); // symbol -> its last change in percent

  /**
   * Draws on `canvas` with the Chart.js that the page has loaded, and moves on every second.
   * @param {HTMLCanvasElement} canvas
   * @param {string[]} symbols
   */
  constructor(canvas, symbols) {
    this.#canvas = canvas;
    this.#lines = new Map(symbols.map(symbol => [symbol, {label: symbol, data: [], borderWidth: 2, pointRadius: 0, stepped: true}]));
    this.#chart = new globalThis.Chart(canvas, {
      type: 'line',
      data: {datasets: [...this.#lines.values()]},
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', ticks: {stepSize: 10_000, maxRotation: 0, callback: ago}, border: {display: false}},
          y: {ticks: {callback: value => `${value.toFixed(1)} %`}, suggestedMin: -0.5, suggestedMax: 0.5, border: {display: false}},
        },
        plugins: {
          legend: {position: 'bottom', labels: {usePointStyle: true, pointStyle: 'line', boxWidth: 24}},
          tooltip: {callbacks: {title: () => '', label: ({dataset, parsed}) => `${dataset.label} ${parsed.y.toFixed(2)} %`}},
        },
      },
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#colour());
    this.#colour();
    this.#move();
    setInterval(() => this.#move(), 1000);
  }

  /** Takes a new value of a symbol, in percent. */
  add(symbol, percent) {
    this.#levels.set(symbol, percent);
    this.#lines.get(symbol).data.push({x: Date.now(), y: percent});
  }

  /** Shows or hides a symbol. */
  toggle(symbol, isShown) {
    this.#lines.get(symbol).hidden = !isShown;
    if (!isShown) this.#levels.delete(symbol);
    this.#chart.update();
  }

  #move() {
    const now = Date.now();
    for (const [symbol, line] of this.#lines) {
      if (this.#levels.has(symbol)) line.data.push({x: now, y: this.#levels.get(symbol)});
      line.data = line.data.filter(({x}) => x > now - WINDOW);
    }
    const {x} = this.#chart.options.scales;
    x.max = now;
    x.min = now - WINDOW;
    this.#chart.update();
  }

  /** Takes the colours from the style sheet, which knows light and dark. */
  #colour() {
    const style = getComputedStyle(this.#canvas);
    const colour = name => style.getPropertyValue(name).trim();
    [...this.#lines.values()].forEach((line, i) => {
      line.borderColor = colour(`--series-${i + 1}`);
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
