// The state of the page is its address: #/view/part/part?key=value. Whoever gets the link sees the same.
import { useEffect, useState } from './html.js';

export function parse(hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decode);
  return { view: parts[0] || 'now', parts: parts.slice(1), query: Object.fromEntries(new URLSearchParams(query || '')) };
}

/** An address in the page; what is empty is left out of the query. */
export function link(view, parts = [], query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const path = [view, ...parts].map(encodeURIComponent).join('/');
  return `#/${path}${given.length ? '?' + new URLSearchParams(given) : ''}`;
}

export function go(address, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, '', address);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = address;
  }
}

export function usePlace() {
  const [place, setPlace] = useState(() => parse(location.hash));
  useEffect(() => {
    const onChange = () => setPlace(parse(location.hash));
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return place;
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
