/**
 * Writes a price into a cell of a table. If it has changed, the cell gets an arrow, and flashes green or red.
 *
 * @param {HTMLElement} cell
 * @param {number} price
 * @param {number|null} before the last price; null if this is the first
 */
export function showPrice(cell, price, before) {
  if (before !== null && price !== before) {
    // An animation starts again only if its name changes, so there are two equal ones.
    const flash = cell.dataset.flash === '1' ? '2' : '1';
    Object.assign(cell.dataset, {direction: price > before ? 'up' : 'down', flash});
  }
  const arrow = {up: '▲ ', down: '▼ '}[cell.dataset.direction] ?? '';
  cell.textContent = arrow + price.toFixed(2);
}
