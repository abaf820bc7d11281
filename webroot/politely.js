/** Live regions that do not flood who listens to them. */

const AT_MOST_EVERY = 2000; // ms

const regions = new WeakMap(); // region -> {words, timer}

/** Says the words in a live region: at once, or after a while where something was said just now. The last words count. */
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
