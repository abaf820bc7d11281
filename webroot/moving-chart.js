/** Lines over the last while that move on as time goes by. */

const COLOURS = 5; // that the style sheet has for lines

export class MovingChart {
  #canvas;
  #chart;
  #window;
  #axes;
  #lines = new Map(); // label -> dataset

  /**
   * Draws on `canvas` with the Chart.js that the page has loaded.
   * @param {HTMLCanvasElement} canvas
   * @param {object} options
   * @param {number} options.window ms that it shows
   * @param {number} options.step ms from one mark of the time to the next
   * @param {object} options.y what Chart.js shall know of the vertical axis
   * @param {string[]} [options.lanes] names of axes like it, one above the other, in the place of one for all lines: a
   *     line has its own by `yAxisID`
   * @param {object} [options.tooltip] what it shall call to make tooltips
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

  /** The line of that name, a new one with that style; it is drawn when the chart moves on. @returns {{data: {x: number, y: number}[]}} */
  line(label, style = {}) {
    if (!this.#lines.has(label)) {
      this.#lines.set(label, {label, data: [], borderWidth: 2, pointRadius: 0, ...style});
      this.#chart.data.datasets = [...this.#lines.values()];
      this.#colour();
    }
    return this.#lines.get(label);
  }

  /** Shows the time up to this one, in ms, and so much of it as is told. */
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

  /** Takes the colours from the style sheet, which knows light and dark. */
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
  // Chart.js stacks axes from below
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
