/**
 * Writes a price into a cell of a table: an arrow, and green or red with a flash, when it is not the one `before`.
 *
 * @param {HTMLElement} cell
 * @param {number} price
 * @param {number|null} before the last price; null if this is the first
 */
export function showPrice(cell, price, before) {
  if (before !== null && price !== before) {
    // an animation starts over only for a new value: two names that look the same
    const flash = cell.dataset.flash === '1' ? '2' : '1';
    Object.assign(cell.dataset, {direction: price > before ? 'up' : 'down', flash});
  }
  const arrow = {up: '▲ ', down: '▼ '}[cell.dataset.direction] ?? '';
  cell.textContent = arrow + price.toFixed(2);
}
