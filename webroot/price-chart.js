/** The moving chart of the stock page: what each price has changed since the page was opened, in percent. */

import {MovingChart} from './moving-chart.js';

export class PriceChart {
  #chart;
  #symbols;
  #levels = new Map(); // symbol -> its last change in percent

  /**
   * Draws on `canvas` with the Chart.js that the page has loaded, and moves on every second.
   * @param {HTMLCanvasElement} canvas
   * @param {string[]} symbols
   */
  constructor(canvas, symbols) {
    this.#symbols = symbols;
    this.#chart = new MovingChart(canvas, {
      window: 60_000,
      step: 10_000,
      y: {ticks: {callback: value => `${value.toFixed(1)} %`}, suggestedMin: -0.5, suggestedMax: 0.5},
      tooltip: {label: ({dataset, parsed}) => `${dataset.label} ${parsed.y.toFixed(2)} %`},
    });
    for (const symbol of symbols) this.#line(symbol);
    this.#move();
    setInterval(() => this.#move(), 1000);
  }

  /** Takes a new value of a symbol, in percent. */
  add(symbol, percent) {
    this.#levels.set(symbol, percent);
    this.#line(symbol).data.push({x: Date.now(), y: percent});
  }

  /** Shows or hides a symbol. */
  toggle(symbol, isShown) {
    this.#line(symbol).hidden = !isShown;
    if (!isShown) this.#levels.delete(symbol);
    this.#chart.update();
  }

  #line(symbol) {
    return this.#chart.line(symbol, {stepped: true});
  }

  #move() {
    const now = Date.now();
    for (const symbol of this.#symbols) {
      if (this.#levels.has(symbol)) this.#line(symbol).data.push({x: now, y: this.#levels.get(symbol)});
    }
    this.#chart.moveTo(now);
  }
}
