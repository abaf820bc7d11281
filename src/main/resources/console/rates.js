/** A moving chart of some numbers over the last two minutes. */

import {MovingChart} from './moving-chart.js';

export class Rates {
  #chart;

  /** Draws on `canvas` with the Chart.js that the page has loaded. @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#chart = new MovingChart(canvas, {
      window: 120_000,
      step: 30_000,
      y: {beginAtZero: true, suggestedMax: 5, ticks: {precision: 0}},
    });
  }

  /** Takes what is so at a time, in ms, and moves on. @param {Object<string, number>} values by label */
  add(time, values) {
    for (const [label, value] of Object.entries(values)) this.#chart.line(label).data.push({x: time, y: value});
    this.#chart.moveTo(time);
  }
}
