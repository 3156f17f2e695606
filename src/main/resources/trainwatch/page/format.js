// Numbers and times as people read them. What is not known is an en dash.
export const NONE = '–';

export function percent(value, digits = 0) {
  return value === null || value === undefined ? NONE : `${value.toFixed(digits)} %`;
}

/** 1.5 -> "2 s", 90 -> "1 min 30 s", 5400 -> "1 h 30 min". */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) {
    return NONE;
  }
  const whole = Math.max(0, Math.round(seconds));
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) {
    return '0 s';
  }
  const [name, size] = units[first];
  const [nextName, nextSize] = units[first + 1] || [];
  const rest = nextSize ? Math.floor((whole % size) / nextSize) : 0;
  return `${Math.floor(whole / size)} ${name}${rest ? ` ${rest} ${nextName}` : ''}`;
}

/** As exact as a guess can be: "40 s", "12 min", "3 h". */
export function rough(seconds) {
  return seconds < 90 ? `${Math.max(5, Math.round(seconds / 5) * 5)} s`
    : seconds < 5400 ? `${Math.round(seconds / 60)} min`
      : seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

// Not by Intl, which a browser takes long to load: times are in each row.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = (date) =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');

/** The time of day; the day too where it is not today. */
export function time(at) {
  const date = new Date(at);
  if (!at || Number.isNaN(date.getTime())) {
    return NONE;
  }
  const today = new Date().toDateString() === date.toDateString();
  return today ? clock(date) : `${date.getDate()} ${MONTHS[date.getMonth()]}, ${clock(date)}`;
}

/** A sentence with its times as they are on this clock. */
export function spoken(text) {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, time);
}

export function number(value) {
  return value === null || value === undefined ? NONE : String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A reading of any kind: as many digits as say something. */
export function reading(value, unit = '') {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return NONE;
  }
  const size = Math.abs(value);
  const text = unit === '%' ? value.toFixed(1) : size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(size >= 1 ? 2 : 3);
  return unit ? `${text} ${unit}` : text;
}

export function plural(count, one, many = one + 's') {
  return `${number(count)} ${count === 1 ? one : many}`;
}
