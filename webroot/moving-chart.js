/** A line chart of the last seconds, which moves with the time. */

const COLOURS = 5; // colours for lines in the style sheet

export class MovingChart {
  #canvas;
  #chart;
  #window;
  #axes;
  #lines = new Map(); // label -> dataset

  /**
   * Draws on `canvas` with Chart.js, which the page has loaded.
   * @param {HTMLCanvasElement} canvas
   * @param {object} options
   * @param {number} options.window the time in ms that it shows
   * @param {number} options.step ms between two marks of the time axis
   * @param {object} options.y options of Chart.js for the vertical axis
   * @param {string[]} [options.lanes] names of vertical axes, one above the other, instead of one for all lines; a line
   *     chooses its axis by `yAxisID`
   * @param {object} [options.tooltip] callbacks of Chart.js for tooltips
   */
  constructor(canvas, {window, step, y, lanes = [], tooltip = {}}) {
    this.#canvas = canvas;
    this.#window = window;
    this.#axes = ['x', ...(lanes.length === 0 ? ['y'] : lanes)];
    this.#chart = new globalThis.Chart(canvas, {
      type: 'line',
      data: {datasets: []},
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: {mode: 'nearest', axis: 'x', intersect: false},
        scales: {
          x: {type: 'linear', ticks: {stepSize: step, maxRotation: 0, callback: ago}, border: {display: false}},
          ...verticals(y, lanes),
        },
        plugins: {
          legend: {display: lanes.length === 0, position: 'bottom', labels: {usePointStyle: true, pointStyle: 'line', boxWidth: 24}},
          tooltip: {callbacks: {title: () => '', ...tooltip}},
        },
      },
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colour();
      this.update();
    });
    this.#colour();
  }

  /** Returns the line with that label, which it adds if it is new. It is drawn when the chart moves. @returns {{data: {x: number, y: number}[]}} */
  line(label, style = {}) {
    if (!this.#lines.has(label)) {
      this.#lines.set(label, {label, data: [], borderWidth: 2, pointRadius: 0, ...style});
      this.#chart.data.datasets = [...this.#lines.values()];
      this.#colour();
    }
    return this.#lines.get(label);
  }

  /** Shows the window of time that ends at `time`; both are in ms. */
  moveTo(time, window = this.#window) {
    const since = time - window;
    for (const line of this.#lines.values()) line.data = line.data.filter(({x}) => x > since);
    const {x} = this.#chart.options.scales;
    x.max = time;
    x.min = since;
    this.#chart.update();
  }

  /** Draws what has changed. */
  update() {
    this.#chart.update();
  }

  /** Sets the colours of the style sheet, which has light and dark ones. */
  #colour() {
    const style = getComputedStyle(this.#canvas);
    const colour = name => style.getPropertyValue(name).trim();
    [...this.#lines.values()].forEach((line, i) => {
      line.borderColor = colour(`--series-${(i % COLOURS) + 1}`);
    });
    const {scales, plugins} = this.#chart.options;
    for (const axis of this.#axes) {
      const scale = scales[axis];
      scale.ticks.color = colour('--muted');
      scale.grid = {color: colour('--line')};
      if (this.#lines.has(axis)) scale.title.color = this.#lines.get(axis).borderColor;
    }
    plugins.legend.labels.color = colour('--text');
  }
}

function verticals(y, lanes) {
  const border = {display: false};
  if (lanes.length === 0) return {y: {...y, border}};
  // Chart.js puts the first axis at the bottom.
  const stacked = [...lanes].reverse().map(lane => [
    lane,
    {...y, ticks: {...y.ticks}, border, axis: 'y', type: 'linear', position: 'left', stack: 'lanes', offset: true, title: {display: true, text: lane}},
  ]);
  return Object.fromEntries(stacked);
}

function ago(value, index, ticks) {
  const seconds = Math.round((ticks.at(-1).value - value) / 1000);
  return seconds === 0 ? 'now' : `−${seconds} s`;
}
