/** A line without axes that shows the last values of a number. */

const VALUES = 60;
const WIDTH = 240;
const HEIGHT = 40;

export class Sparkline {
  #values = [];
  #line;
  #area;

  /** Draws into `svg`. @param {SVGElement} svg */
  constructor(svg) {
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute('preserveAspectRatio', 'none');
    this.#area = svg.appendChild(document.createElementNS(svg.namespaceURI, 'polygon'));
    this.#line = svg.appendChild(document.createElementNS(svg.namespaceURI, 'polyline'));
  }

  /** Adds a value at the right end, and removes the oldest at the left. */
  add(value) {
    this.#values = [...this.#values, value].slice(-VALUES);
    const highest = Math.max(1, ...this.#values);
    const step = WIDTH / (VALUES - 1);
    const start = WIDTH - (this.#values.length - 1) * step;
    const points = this.#values.map((each, i) => `${start + i * step},${HEIGHT - 2 - (each / highest) * (HEIGHT - 4)}`);
    this.#line.setAttribute('points', points.join(' '));
    this.#area.setAttribute('points', `${start},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`);
  }
}
