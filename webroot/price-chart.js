/** The moving chart of the stock page. Each stock has a lane and a scale of its own. */

import {MovingChart} from './moving-chart.js';

const LONGEST = 60_000; // ms that the full chart shows
const SHORTEST = 10_000; // ms that it shows at first, because the lines would otherwise fill only a small part

const AXIS = 76; // px of each lane's axis, with its name and values

export class PriceChart {
  #chart;
  #prices = new Map(); // symbol -> its last price
  #since = null;

  /**
   * Draws on `canvas` with Chart.js, which the page has loaded, and moves every second.
   * @param {HTMLCanvasElement} canvas
   * @param {string[]} symbols
   */
  constructor(canvas, symbols) {
    this.#chart = new MovingChart(canvas, {
      window: LONGEST,
      step: 10_000,
      lanes: symbols,
      y: {ticks: {callback: value => value.toFixed(2), maxTicksLimit: 3}, grace: '20%', afterFit: axis => (axis.width = AXIS)},
      tooltip: {label: ({dataset, parsed}) => `${dataset.label} ${parsed.y.toFixed(2)}`},
    });
    for (const symbol of symbols) this.#line(symbol);
    this.#move();
    setInterval(() => this.#move(), 1000);
  }

  /** Adds a new price of a symbol. */
  add(symbol, price) {
    const isFirst = !this.#prices.has(symbol);
    this.#since ??= Date.now();
    this.#prices.set(symbol, price);
    this.#line(symbol).data.push({x: Date.now(), y: price});
    if (isFirst) queueMicrotask(() => this.#move());
  }

  /** Shows or hides a symbol. */
  toggle(symbol, isShown) {
    this.#line(symbol).hidden = !isShown;
    if (!isShown) this.#prices.delete(symbol);
    this.#chart.update();
  }

  #line(symbol) {
    return this.#chart.line(symbol, {stepped: true, yAxisID: symbol});
  }

  #move() {
    const now = Date.now();
    for (const [symbol, price] of this.#prices) this.#line(symbol).data.push({x: now, y: price});
    const passed = now - (this.#since ?? now);
    this.#chart.moveTo(now, Math.min(LONGEST, Math.max(SHORTEST, passed)));
  }
}
