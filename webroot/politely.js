/** Live regions that do not speak too often to the users of screen readers. */

const AT_MOST_EVERY = 2000; // ms

const regions = new WeakMap(); // region -> {words}, the last words for a region that has just changed

/** Shows words in a live region: at once, or later if it has just changed. Of several words in that time the last count. */
export function politely(region, words) {
  const waiting = regions.get(region);
  if (waiting) {
    waiting.words = words;
    return;
  }
  region.textContent = words;
  const said = {words};
  regions.set(region, said);
  setTimeout(() => {
    regions.delete(region);
    if (said.words !== words) politely(region, said.words);
  }, AT_MOST_EVERY);
}
