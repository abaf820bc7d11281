/** The formats of numbers, sizes and times in the console. */

const whole = new Intl.NumberFormat(undefined, {maximumFractionDigits: 0});
const oneDigit = new Intl.NumberFormat(undefined, {maximumFractionDigits: 1});
const clockTime = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const fullTime = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});

const NOTHING = '–';

export function count(value) {
  return value == null ? NOTHING : whole.format(value);
}

/** Formats a number per second. Small numbers have a decimal. */
export function rate(value) {
  if (value == null) return NOTHING;
  return value < 100 ? oneDigit.format(value) : whole.format(value);
}

/** Returns the number and the unit of a size: `['1.5', 'MiB']`. */
export function sizeParts(bytes) {
  if (bytes == null) return [NOTHING, ''];
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  return [at === 0 || value >= 100 ? whole.format(value) : oneDigit.format(value), units[at]];
}

export function size(bytes) {
  return sizeParts(bytes).join(' ').trim();
}

/** Formats a duration. @param {number} [millis] */
export function duration(millis) {
  if (millis == null) return NOTHING;
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** Formats the time since then. @param {string|number} [time] a time of the API, or ms since 1970 */
export function ago(time) {
  return time == null ? NOTHING : duration(Math.max(0, Date.now() - new Date(time)));
}

export function clock(time) {
  return clockTime.format(new Date(time));
}

export function dateAndTime(time) {
  return time == null ? NOTHING : fullTime.format(new Date(time));
}

/** Returns a number with its noun: `1 session`, `2 sessions`. */
export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Returns the text, cut to at most that number of characters. */
export function cut(text, most = 500) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
