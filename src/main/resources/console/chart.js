/** A line chart of the node's numbers over time. It uses Chart.js, which the page has loaded. */

import {element} from './dom.js';
import {clock} from './format.js';

const COLOURS = 5; // colours for lines in the style sheet
const MARKS = 4; // marks on the time axis

export class TimeChart {
  #canvas;
  #chart;
  #lines = new Map();
  #waits = element('p', {className: 'chart-waits', hidden: true});
  #windowMillis = 120_000;

  /**
   * @param {string} title
   * @param {string} description text for screen readers
   * @param {object} options
   * @param {(value: number) => string} options.format formats a value
   * @param {number} [options.most] the least value at the top of the axis
   * @param {AbortSignal} options.signal destroys the chart when it aborts
   */
  constructor(title, description, {format, most = 1, signal}) {
    this.#canvas = element('canvas', {role: 'img', ariaLabel: description});
    this.element = element(
      'figure',
      {className: 'panel chart-panel'},
      element('figcaption', {}, title),
      element('div', {className: 'chart-area'}, this.#canvas, this.#waits),
    );
    this.#chart = new globalThis.Chart(this.#canvas, {
      type: 'line',
      data: {datasets: []},
      options: {
        animation: false,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: {type: 'linear', border: {display: false}, ticks: {maxRotation: 0, callback: value => this.#ago(value)}},
          y: {
            beginAtZero: true,
            suggestedMax: most,
            border: {display: false},
            ticks: {maxTicksLimit: 5, callback: format},
          },
        },
        plugins: {
          legend: {position: 'bottom', labels: {usePointStyle: true, pointStyle: 'line', boxWidth: 20}},
          tooltip: {
            callbacks: {
              title: ([first]) => (first ? clock(first.parsed.x) : ''),
              label: ({dataset, parsed}) => ` ${dataset.label}: ${format(parsed.y)}`,
            },
          },
        },
      },
    });
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', () => this.#draw(), {signal});
    signal.addEventListener('abort', () => this.#chart.destroy());
  }

  /**
   * Draws the lines up to `now`.
   * @param {number} now in ms since 1970
   * @param {number} windowMillis the time that the chart shows
   * @param {Map<string, {x: number, y: number}[]>} lines points by label
   * @param {string} waits text that is shown while all values are 0
   */
  show(now, windowMillis, lines, waits) {
    for (const label of [...this.#lines.keys()]) {
      if (!lines.has(label)) this.#lines.delete(label);
    }
    for (const [label, points] of lines) {
      const line = this.#lines.get(label) ?? {label, borderWidth: 2, pointRadius: 0, tension: 0.2};
      line.data = points;
      this.#lines.set(label, line);
    }
    const isEmpty = [...lines.values()].every(points => points.every(({y}) => !y));
    this.#waits.hidden = !isEmpty;
    if (this.#waits.textContent !== waits) this.#waits.textContent = waits;
    this.#chart.data.datasets = [...this.#lines.values()];
    this.#windowMillis = windowMillis;
    const {x} = this.#chart.options.scales;
    x.max = now;
    x.min = now - windowMillis;
    x.ticks.stepSize = windowMillis / MARKS;
    this.#draw();
  }

  #ago(value) {
    const seconds = Math.round((this.#chart.options.scales.x.max - value) / 1000);
    if (seconds < 1) return 'now';
    return this.#windowMillis > 600_000 ? `−${Math.round(seconds / 60)} min` : `−${seconds} s`;
  }

  /** Draws in the colours of the style sheet, which has light and dark ones. */
  #draw() {
    const style = getComputedStyle(this.#canvas);
    const colour = name => style.getPropertyValue(name).trim();
    this.#chart.data.datasets.forEach((line, at) => {
      line.borderColor = colour(`--series-${(at % COLOURS) + 1}`);
    });
    const {scales, plugins} = this.#chart.options;
    for (const scale of [scales.x, scales.y]) {
      scale.ticks.color = colour('--muted');
      scale.grid = {color: colour('--line')};
    }
    plugins.legend.labels.color = colour('--text');
    plugins.legend.display = this.#lines.size > 1;
    this.#chart.update();
  }
}
