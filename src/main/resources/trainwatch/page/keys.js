// What the keyboard does, beside Tab and Enter as everywhere.
import { useEffect } from './html.js';
import { go, link } from './url.js';

export const KEYS = [
  ['j, k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['/', 'search jobs'],
  ['g n', 'go to Now'],
  ['g j', 'go to Jobs'],
  ['g t', 'go to Targets'],
  ['g a', 'go to Audit and nodes'],
  ['?', 'this list'],
  ['Esc', 'close, or leave the search'],
];

const PLACES = { n: 'now', j: 'jobs', t: 'targets', a: 'audit' };
const AFTER_G = 1_500;

export function useKeys(onHelp) {
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event) => {
      const isTyping = event.target.closest('input, select, textarea');
      if (event.key === 'Escape' && isTyping && !document.querySelector('dialog[open]')) {
        event.target.blur();
        return;
      }
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
        return;
      }
      const isGo = performance.now() < goUntil;
      goUntil = event.key === 'g' ? performance.now() + AFTER_G : 0;
      if (isGo && PLACES[event.key]) {
        go(link(PLACES[event.key]));
      } else if (event.key === 'j' || event.key === 'k') {
        move(event.key === 'j' ? 1 : -1);
      } else if (event.key === '/') {
        search();
      } else if (event.key === '?') {
        onHelp();
      } else {
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onHelp]);
}

/** The focus is the place in the list, so that Enter opens the row and screen readers say it. */
function move(step) {
  const rows = [...document.querySelectorAll('[data-row]')];
  const at = rows.indexOf(document.activeElement);
  const table = rows.findIndex((row) => row.closest('table'));
  const next = at >= 0 ? at + step : Math.max(0, table);
  const row = rows[Math.min(rows.length - 1, Math.max(0, next))];
  if (row) {
    row.focus();
    row.scrollIntoView({ block: 'nearest' });
  }
}

function search() {
  const field = document.querySelector('[data-search]');
  if (field) {
    field.focus();
    field.select();
  } else {
    go(link('jobs'));
    setTimeout(() => document.querySelector('[data-search]')?.focus(), 50);
  }
}
