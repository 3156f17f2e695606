// Reads the API again and again, and acts on it. Each path is read once, however many parts of the page show it.
import { useEffect, useLayoutEffect, useState } from './html.js';

/** Less than two seconds, so that a change is seen within two of its commit. */
const EVERY = 1_500;
const EVERY_HIDDEN = 30_000;
const LONGEST_BACKOFF = 15_000;
const MAX_KEPT = 60;
const TOKEN = 'trainwatch.token';

/** Beside the page where Trainwatch runs on its own; above it where a host's servlet serves both. */
const BASE = new URL(/\/page\/[^/]*$/.test(location.pathname) ? '../' : 'api/', location.href);

/** Whether the service wants a token, so that nothing is asked for without one. */
const WANTS_TOKEN = document.documentElement.dataset.signIn === 'yes';

const resources = new Map();
const signInListeners = new Set();
let clockOffset = 0;

/** What the service says the time is: the browser's clock may be off. */
export const serverNow = () => Date.now() + clockOffset;

export const token = () => sessionStorage.getItem(TOKEN) || '';

export const isSignedOut = () => WANTS_TOKEN && !token();

export function signIn(given) {
  if (given) {
    sessionStorage.setItem(TOKEN, given);
  } else {
    sessionStorage.removeItem(TOKEN);
  }
  for (const resource of resources.values()) {
    resource.forget();
  }
  signInListeners.forEach((listener) => listener());
  if (!isSignedOut()) {
    refreshAll();
  }
}

/** The token, and anew whenever another one is given. */
export function useToken() {
  const [value, setValue] = useState(token());
  useEffect(() => {
    const listener = () => setValue(token());
    signInListeners.add(listener);
    return () => signInListeners.delete(listener);
  }, []);
  return value;
}

/** What the API refuses or cannot do, in its own words; status 0 where it does not answer at all. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, { method = 'GET', body, etag } = {}) {
  const headers = { Accept: 'application/json' };
  if (token()) {
    headers.Authorization = `Bearer ${token()}`;
  }
  if (etag) {
    headers['If-None-Match'] = etag;
  }
  if (body) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method, headers, body: body && JSON.stringify(body),
      cache: 'no-store', credentials: 'same-origin', redirect: 'error', signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new ApiError(0, 'Trainwatch does not answer.');
  }
  const date = Date.parse(response.headers.get('Date'));
  if (!Number.isNaN(date) && Math.abs(date - Date.now() - clockOffset) > 2_000) {
    clockOffset = date - Date.now();
  }
  if (response.status === 304) {
    return { same: true };
  }
  const data = await response.json().catch(() => null);
  // Health is an answer also where it is DOWN.
  if (!response.ok && !(data && data.status === 'DOWN')) {
    throw new ApiError(response.status, (data && data.error) || `Trainwatch answered ${response.status}.`);
  }
  return { data, etag: response.headers.get('ETag'), next: nextOf(response.headers.get('Link')) };
}

/** The query of the next page; null on the last. */
function nextOf(link) {
  const next = /<[^>]*\?([^>]*)>\s*;\s*rel="?next"?/.exec(link || '');
  return next && new URLSearchParams(next[1]).get('after');
}

class Resource {
  constructor(path) {
    this.path = path;
    this.every = EVERY;
    this.listeners = new Set();
    this.state = { data: null, error: null, next: null };
    this.failures = 0;
    this.reading = false;
  }

  subscribe(listener, every) {
    this.every = every;
    this.listeners.add(listener);
    const read = this.refresh();
    this.firstRead ??= read;
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) {
        clearTimeout(this.timer);
      }
    };
  }

  forget() {
    this.etag = null;
    this.state = { data: null, error: null, next: null };
    this.listeners.forEach((listener) => listener(this.state));
  }

  async refresh() {
    clearTimeout(this.timer);
    if (this.reading || !this.listeners.size) {
      this.again = this.reading;
      return;
    }
    this.reading = true;
    const asked = token();
    try {
      const answer = await call(this.path, { etag: this.etag });
      if (asked === token()) {
        this.failures = 0;
        if (!answer.same) {
          this.etag = answer.etag;
          this.show({ data: answer.data, error: null, next: answer.next });
        } else if (this.state.error) {
          this.show({ ...this.state, error: null });
        }
      }
    } catch (error) {
      if (asked === token()) {
        this.failures++;
        this.show({ ...this.state, error });
      }
    } finally {
      this.reading = false;
      this.schedule();
    }
  }

  show(state) {
    this.state = state;
    this.listeners.forEach((listener) => listener(state));
  }

  schedule() {
    clearTimeout(this.timer);
    if (this.again) {
      this.again = false;
      this.refresh();
    } else if (this.listeners.size && this.every) {
      const usual = document.hidden ? Math.max(this.every, EVERY_HIDDEN) : this.every;
      this.timer = setTimeout(() => this.refresh(),
        Math.max(usual, Math.min(LONGEST_BACKOFF, this.failures * this.every)));
    }
  }
}

function resource(path) {
  if (!resources.has(path)) {
    resources.set(path, new Resource(path));
    for (const [known, old] of resources) {
      if (resources.size <= MAX_KEPT) {
        break;
      }
      if (known !== path && !old.listeners.size) {
        resources.delete(known);
      }
    }
  }
  return resources.get(path);
}

/**
 * What the path answers, read again every second and a half while the page is seen: {data, error, next}. Data that was read
 * stays while an error is there. Nothing is read for null. With every = 0 it is read once; what follows a # in the path
 * is not sent, and tells two readings apart.
 */
export function useLive(path, every = EVERY) {
  const [state, setState] = useState({ path: null });
  // Before the frame is drawn: the service answers meanwhile.
  useLayoutEffect(() => {
    if (path === null) {
      return undefined;
    }
    const shown = resource(path);
    const listener = (next) => setState({ path, ...next });
    listener(shown.state);
    return shown.subscribe(listener, every);
  }, [path, every]);
  return path !== null && state.path === path
    ? state
    : { data: path !== null && resources.has(path) ? resources.get(path).state.data : null, error: null, next: null };
}

/** Ends when all that is shown was read once, or could not be. */
export const firstReads = () => Promise.all([...resources.values()].map((each) => each.firstRead));

export function refreshAll() {
  resources.forEach((each) => (each.every || !each.state.data) && each.refresh());
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    refreshAll();
  }
});

/** Does what the path stands for, and reads anew what is shown. Throws an ApiError with a sentence. */
export async function act(path, body) {
  try {
    return (await call(path, { method: 'POST', body })).data;
  } finally {
    refreshAll();
  }
}

/** A path below the API, with its parts and query encoded. */
export function path(parts, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return parts.map(encodeURIComponent).join('/') + (given.length ? '?' + new URLSearchParams(given) : '');
}
