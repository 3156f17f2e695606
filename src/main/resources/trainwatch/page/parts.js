// What several views are made of.
import { html, useEffect, useRef, useState } from './html.js';
import { serverNow } from './api.js';
import { NONE, duration, percent, rough, time } from './format.js';
import { link } from './url.js';

/** In the order of a job's life. */
export const STAGES = {
  NEW: { name: 'New', tone: 'off', icon: 'new' },
  QUEUED: { name: 'Queued', tone: 'off', icon: 'queued' },
  RUNNING: { name: 'Running', tone: 'run', icon: 'running' },
  STOPPING: { name: 'Stopping', tone: 'warn', icon: 'stopping' },
  COMPLETED: { name: 'Completed', tone: 'ok', icon: 'ok' },
  FAILED: { name: 'Failed', tone: 'bad', icon: 'bad' },
  CANCELLED: { name: 'Cancelled', tone: 'warn', icon: 'cancelled' },
  RELEASED: { name: 'Released', tone: 'off', icon: 'released' },
};

export const TROUBLES = {
  unreachable: 'Unreachable',
  cancel_failed: 'Cancel failed',
  stopping: 'Being stopped',
  breached: 'Broke a rule',
  failing: 'Looks fail',
};

const SHAPES = {
  new: html`<circle cx="8" cy="8" r="5.5" stroke-dasharray="2 2.3" />`,
  queued: html`<circle cx="8" cy="8" r="5.5" /><path d="M8 5v3l2 1.5" />`,
  running: html`<circle cx="8" cy="8" r="5.5" /><path class="solid" d="M6.6 5.6v4.8l4-2.4z" />`,
  stopping: html`<circle cx="8" cy="8" r="5.5" /><rect class="solid" x="6" y="6" width="4" height="4" />`,
  ok: html`<circle cx="8" cy="8" r="5.5" /><path d="M5.5 8.2l1.8 1.8 3.2-3.6" />`,
  bad: html`<circle cx="8" cy="8" r="5.5" /><path d="M6 6l4 4M10 6l-4 4" />`,
  cancelled: html`<circle cx="8" cy="8" r="5.5" /><path d="M4.3 11.7l7.4-7.4" />`,
  released: html`<circle cx="8" cy="8" r="5.5" /><path d="M5.5 8h5" />`,
  alert: html`<path d="M8 2.5l6 10.8H2z" /><path d="M8 6.5v3M8 11.4v.2" />`,
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}

export function Badge({ tone, icon, children }) {
  return html`<span class=${`badge ${tone}`}><${Icon} name=${icon} />${children}</span>`;
}

export function StageBadge({ stage }) {
  const { name, tone, icon } = STAGES[stage] || { name: stage, tone: 'off', icon: 'new' };
  return html`<${Badge} tone=${tone} icon=${icon}>${name}<//>`;
}

/** Why a job may need a person, in words. */
export function Trouble({ job }) {
  if (!job.trouble) {
    return null;
  }
  const tone = job.trouble === 'stopping' || job.trouble === 'breached' ? 'warn' : 'bad';
  return html`<span class=${`trouble ${tone}`}><${Icon} name="alert" /><span>${TROUBLES[job.trouble] || job.trouble}${
    job.trouble_text ? `: ${job.trouble_text}` : ''}</span></span>`;
}

/** What shows a time draws anew each second, all of it at once. */
const clocks = new Set();
setInterval(() => clocks.forEach((tick) => tick((count) => count + 1)), 1_000);

function useSeconds() {
  const [, tick] = useState(0);
  useEffect(() => {
    clocks.add(tick);
    return () => clocks.delete(tick);
  }, []);
}

export function Ago({ at, suffix = ' ago' }) {
  useSeconds();
  return at
    ? html`<time datetime=${at} title=${time(at)}>${duration((serverNow() - Date.parse(at)) / 1e3)}${suffix}</time>`
    : NONE;
}

/** The time until then; "now" where it is due. */
export function In({ at }) {
  useSeconds();
  if (!at) {
    return NONE;
  }
  const seconds = (Date.parse(at) - serverNow()) / 1e3;
  return html`<time datetime=${at} title=${time(at)}>${seconds < 0.5 ? 'now' : `in ${duration(seconds)}`}</time>`;
}

/** Between when and when it is likely to end. */
export function Eta({ eta }) {
  useSeconds();
  if (!eta) {
    return null;
  }
  const left = (at) => Math.max(0, (Date.parse(at) - serverNow()) / 1e3);
  const [from, to] = [rough(left(eta.from)), rough(left(eta.to))];
  const range = from === to ? from : shared(from, to);
  return html`<span class="eta" title=${`${time(eta.from)} to ${time(eta.to)}`}>
    ${left(eta.to) < 1 ? 'about to end' : `${range} left`}</span>`;
}

/** "2–5 min" rather than "2 min–5 min". */
function shared(from, to) {
  const [first, last] = [from.split(' '), to.split(' ')];
  return first.length === 2 && last.length === 2 && first[1] === last[1]
    ? `${first[0]}–${to}` : `${from} – ${to}`;
}

export function Progress({ job }) {
  const known = job.progress !== null && job.progress !== undefined;
  const { tone } = STAGES[job.stage] || { tone: 'off' };
  return html`<div class="progress">
    <div class=${`bar ${tone}`} role="progressbar" aria-label=${`Progress of ${job.job}`} aria-valuemin="0"
      aria-valuemax="100" aria-valuenow=${known ? Math.round(job.progress) : null}
      aria-valuetext=${known ? percent(job.progress) : 'not known'}>
      <div style=${{ width: `${known ? Math.min(100, job.progress) : 0}%` }}></div></div>
    <span class="figure">${percent(job.progress, 0)}</span>
  </div>`;
}

const SPARK = { width: 84, height: 26 };

/** The latest readings up to 100 percent, with the limit as a dashed line; what is over it is drawn in its own colour. */
export function Spark({ looks, field, limit, name }) {
  const values = (looks || []).map((look) => look[field]).filter((value) => value !== undefined && value !== null);
  if (!values.length) {
    return html`<span class="muted">${NONE}</span>`;
  }
  const last = values.at(-1);
  const x = (i) => 2 + (SPARK.width - 6) * (values.length === 1 ? 1 : i / (values.length - 1));
  const low = Math.min(80, ...values);
  const y = (value) => SPARK.height - 3 - (SPARK.height - 6) * (Math.min(100, value) - low) / (100 - low);
  const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const over = limit !== undefined && last > limit;
  const words = `${name} ${percent(last)}${limit === undefined ? '' : `, limit ${percent(limit)}`}`;
  return html`<span class=${`spark ${over ? 'over' : ''}`}>
    <svg width=${SPARK.width} height=${SPARK.height} viewBox=${`0 0 ${SPARK.width} ${SPARK.height}`} role="img" aria-label=${words}>
      ${limit !== undefined && html`<line class="limit" x1="0" x2=${SPARK.width} y1=${y(limit)} y2=${y(limit)} />`}
      <polyline points=${points} />
      <circle cx=${x(values.length - 1)} cy=${y(last)} r="2" />
    </svg><span class="figure" aria-hidden="true">${percent(last)}</span></span>`;
}

export function jobLink(job) {
  return link('job', [job.tenant, job.project, job.job]);
}

/** The link of an id as tenant:project/job, if it is one. */
export function idLink(id) {
  const parts = /^([^:/]+):([^/]+)\/(.+)$/.exec(id);
  return parts ? link('job', parts.slice(1)) : null;
}

export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

/** What cannot be shown, and why; nothing while all is well. */
export function Failure({ error }) {
  return error && error.status !== 401
    ? html`<p class="notice bad" role="alert"><${Icon} name="alert" /><span>${error.message}</span></p>` : null;
}

/** Shows what was read; before that, that it is being read. */
export function Loaded({ live, children }) {
  return html`<${Failure} error=${live.data && live.error && live.error.status === 0 ? null : live.error} />
    ${live.data ? children(live.data) : live.error ? null : html`<p class="empty" aria-busy="true">Loading …</p>`}`;
}

export function Section({ title, aside, children, id }) {
  return html`<section class="card" aria-labelledby=${id}>
    <header><h2 id=${id}>${title}</h2>${aside}</header>${children}</section>`;
}

export function Facts({ rows }) {
  return html`<dl class="facts">${rows.filter(Boolean).map(([name, value]) =>
    html`<div key=${name}><dt>${name}</dt><dd>${value ?? NONE}</dd></div>`)}</dl>`;
}

/**
 * Asks once before an act, and for the reason, which the audit keeps. It stays open with the words of the API where that
 * refuses.
 *
 * @param ask {title, text, verb, danger, run(reason)}; null while nothing is asked
 */
export function ReasonDialog({ ask, onClose }) {
  const dialog = useRef();
  const [reason, setReason] = useState('');
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (ask && dialog.current && !dialog.current.open) {
      setReason('');
      setError(null);
      dialog.current.showModal();
    }
  }, [ask]);
  if (!ask) {
    return null;
  }
  const submit = async (event) => {
    event.preventDefault();
    if (!reason.trim()) {
      setError('Say why: the audit keeps it with the act.');
      return;
    }
    setBusy(true);
    try {
      await ask.run(reason.trim());
      dialog.current.close();
    } catch (failed) {
      setError(failed.message);
    } finally {
      setBusy(false);
    }
  };
  return html`<dialog ref=${dialog} aria-labelledby="ask-title" onClose=${onClose}>
    <form onSubmit=${submit}>
      <h2 id="ask-title">${ask.title}</h2>
      <p>${ask.text}</p>
      <label for="ask-reason">Reason</label>
      <input id="ask-reason" value=${reason} maxlength="500" autocomplete="off"
        aria-invalid=${error ? 'true' : null} aria-describedby=${error ? 'ask-error' : 'ask-hint'}
        onInput=${(event) => setReason(event.target.value)} />
      <p class="hint" id="ask-hint">It stands in the audit, with who did it.</p>
      ${error && html`<p class="notice bad" role="alert" id="ask-error"><${Icon} name="alert" /><span>${error}</span></p>`}
      <div class="buttons">
        <button type="button" onClick=${() => dialog.current.close()}>Back</button>
        <button type="submit" class=${ask.danger ? 'danger' : 'primary'} disabled=${busy}>${ask.verb}</button>
      </div>
    </form>
  </dialog>`;
}
