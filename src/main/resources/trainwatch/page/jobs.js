// The watch list, page by page.
import { html, useEffect, useRef, useState } from './html.js';
import { path, useLive } from './api.js';
import { NONE, plural } from './format.js';
import { Ago, Empty, Eta, Icon, In, Loaded, Progress, STAGES, Spark, StageBadge, Trouble, jobLink } from './parts.js';
import { go, link } from './url.js';

const PAGE = 50;
/** The rows that are seen at once are not held up by drawing those below. */
const FIRST_DRAWN = 12;
/** As many as a small curve has room for. */
export const LOOKS = 24;
const TYPING = 250;

export function Jobs({ query }) {
  const tenants = useLive('tenants', 30_000);
  const asked = {
    tenant: query.tenant, project: query.project, stage: query.stage, trouble: query.trouble, text: query.text,
    sort: query.sort || 'trouble', limit: PAGE, after: query.after, samples: LOOKS,
  };
  const live = useLive(path(['jobs'], asked));
  const before = useRef(null);
  before.current = live.data ? live : before.current;
  const shown = live.data || live.error ? live : before.current || live;
  const filter = (change, options) =>
    go(link('jobs', [], { ...query, after: '', page: '', ...change }), options);
  const page = Number(query.page || 1);
  const isFiltered = query.tenant || query.project || query.stage || query.trouble || query.text;
  return html`
    <h1>Jobs</h1>
    <search class="filters">
      <${Search} text=${query.text || ''} onText=${(text) => filter({ text }, { replace: true })} />
      <label>Stage <select value=${query.stage || ''} onChange=${(event) => filter({ stage: event.target.value })}>
        <option value="">all</option>
        ${Object.entries(STAGES).map(([stage, { name }]) => html`<option key=${stage} value=${stage}>${name}</option>`)}
      </select></label>
      ${tenants.data && tenants.data.length > 1 && html`<label>Tenant <select value=${query.tenant || ''}
        onChange=${(event) => filter({ tenant: event.target.value })}><option value="">all</option>
        ${tenants.data.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}</select></label>`}
      <label>Sort <select value=${query.sort || 'trouble'} onChange=${(event) => filter({ sort: event.target.value })}>
        <option value="trouble">trouble first</option><option value="latest">latest first</option></select></label>
      <label class="check"><input type="checkbox" checked=${query.trouble === 'true'}
        onChange=${(event) => filter({ trouble: event.target.checked ? 'true' : '' })} /> In trouble only</label>
      ${query.project && html`<span class="chip">Project ${query.project}</span>`}
      ${isFiltered && html`<a href=${link('jobs', [], { sort: query.sort })}>Clear</a>`}
    </search>
    <div class="card flush">
      <${Loaded} live=${shown}>${(jobs) => jobs.length
        ? html`<${JobTable} jobs=${jobs} />`
        : html`<${Empty}>${isFiltered ? 'No job is like that.' : 'No job is watched yet: name some in trainwatch.jobs.'}<//>`}<//>
    </div>
    <nav class="pages" aria-label="Pages">
      <span class="muted">${shown.data ? `Page ${page}, ${plural(shown.data.length, 'job')}` : ''}</span>
      ${page > 1 && html`<a href=${link('jobs', [], { ...query, after: '', page: '' })}>First page</a>`}
      ${shown.next && html`<a href=${link('jobs', [], { ...query, after: shown.next, page: page + 1 })} rel="next">Next page</a>`}
    </nav>`;
}

function Search({ text, onText }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef();
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return html`<input type="search" data-search aria-label="Search jobs" placeholder="Search tenant:project/job   /" value=${typed}
    spellcheck=${false} autocomplete="off" onInput=${(event) => {
      const next = event.target.value;
      setTyped(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => onText(next), TYPING);
    }} />`;
}

/** @param brief leaves out what takes much room */
export function JobTable({ jobs, brief }) {
  const [drawn, setDrawn] = useState(FIRST_DRAWN);
  useEffect(() => setDrawn(PAGE), []);
  if (!jobs.length) {
    return html`<${Empty}>No job is watched yet: name some in trainwatch.jobs.<//>`;
  }
  return html`<table class=${`jobs ${brief ? 'brief' : ''}`}>
    <caption class="hidden">Jobs</caption>
    <thead><tr><th scope="col">Job</th><th scope="col">Stage</th><th scope="col">Progress</th>
      <th scope="col">CPU</th><th scope="col">Memory</th>${!brief && html`<th scope="col">Age</th>`}
      <th scope="col">Next look</th>${!brief && html`<th scope="col" class="roomy">Node</th>`}</tr></thead>
    <tbody>${jobs.slice(0, drawn).map((job) => html`<${Row} key=${job.id} job=${job} brief=${brief} />`)}</tbody>
  </table>`;
}

function Row({ job, brief }) {
  const ended = job.phase === 'ENDED' || job.phase === 'UNWATCHED';
  return html`<tr class=${ended ? 'ended' : ''}>
    <th scope="row"><a data-row href=${jobLink(job)}><span class="muted">${job.project}/</span>${job.job}</a>
      <span class="sub">${job.tenant}${job.exempt ? ' · exempt' : ''}</span>
      <${Trouble} job=${job} /></th>
    <td class="stage"><${StageBadge} stage=${job.stage} /></td>
    <td class="wide"><${Progress} job=${job} /><span class="sub">${ended
      ? html`ended <${Ago} at=${job.ended_at} />` : html`<${Eta} eta=${job.eta} />`}</span></td>
    <td data-name="CPU"><${Spark} looks=${job.recent} field="cpu" limit=${job.limits.cpu} name="CPU" /></td>
    <td data-name="Memory"><${Spark} looks=${job.recent} field="memory" limit=${job.limits.memory} name="Memory" /></td>
    ${!brief && html`<td data-name="Age"><${Ago} at=${job.started_at || job.watched_since} suffix="" /></td>`}
    <td data-name="Next look">${job.next_look_at ? html`<${In} at=${job.next_look_at} />` : NONE}
      <span class="sub">${job.next_look_why}</span></td>
    ${!brief && html`<td data-name="Node" class=${`roomy ${job.node ? '' : 'none'}`}>${job.node || NONE}</td>`}
  </tr>`;
}
