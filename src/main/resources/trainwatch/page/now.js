// What is going on, and what needs a person.
import { html } from './html.js';
import { useLive } from './api.js';
import { duration, number, plural } from './format.js';
import { Ago, Empty, Facts, Icon, In, Loaded, STAGES, Section, idLink } from './parts.js';
import { JobTable, LOOKS } from './jobs.js';
import { eventName } from './targets.js';
import { link } from './url.js';

export function Now() {
  const statistics = useLive('statistics');
  const troubles = useLive('troubles');
  const jobs = useLive(`jobs?sort=trouble&limit=8&samples=${LOOKS}`);
  const events = useLive('events?limit=8');
  const tenants = useLive('tenants');
  return html`
    <h1>${troubles.data && statistics.data
      ? html`<${Headline} needs=${troubles.data.length} inTrouble=${statistics.data.trouble_count} />` : 'Now'}</h1>
    <${Loaded} live=${statistics}>${(figures) => html`<${Counts} figures=${figures} />`}<//>
    <${Loaded} live=${troubles}>${(list) => list.length > 0 && html`<ul class="troubles">
      ${list.map(({ text, remedy }) => html`<li key=${text}><${Icon} name="alert" />
        <div><p>${text}</p>${remedy && html`<p class="remedy"><b>Way out</b> ${remedy}</p>`}</div></li>`)}</ul>`}<//>
    <div class="columns">
      <${Section} id="watched" title="Jobs, trouble first"
        aside=${html`<a href=${link('jobs', [], { sort: 'trouble' })}>All jobs</a>`}>
        <${Loaded} live=${jobs}>${(list) => html`<${JobTable} jobs=${list} brief />`}<//>
      <//>
      <div class="stack">
        <${Section} id="service" title="Service">
          <${Loaded} live=${statistics}>${(figures) => html`<${Service} figures=${figures} tenants=${tenants.data || []} />`}<//>
        <//>
        <${Section} id="happened" title="Published" aside=${html`<a href=${link('targets')}>Targets</a>`}>
          <${Loaded} live=${events}>${(list) => html`<${Events} events=${list} />`}<//>
        <//>
      </div>
    </div>`;
}

/** Says nothing of jobs in trouble only where the count below does not either. */
function Headline({ needs, inTrouble }) {
  if (needs) {
    return html`<span class="bad">${plural(needs, 'thing')} ${needs === 1 ? 'needs' : 'need'} you</span>`;
  }
  return inTrouble ? html`<span class="warn">${plural(inTrouble, 'job')} in trouble</span>` : 'Nothing needs you';
}

function Counts({ figures }) {
  const trouble = figures.trouble_count;
  return html`<nav class="counts" aria-label="Jobs by stage"><ol>
    <li class=${trouble ? 'warn' : 'none'}><a data-row href=${link('jobs', [], { trouble: 'true' })}>
      <b>${number(trouble)}</b><span><${Icon} name="alert" />In trouble</span></a></li>
    ${Object.entries(STAGES).map(([stage, { name, tone, icon }]) => {
      const count = figures.jobs_by_stage[stage] || 0;
      return html`<li key=${stage} class=${count ? tone : 'none'}><a data-row href=${link('jobs', [], { stage })}>
        <b>${number(count)}</b><span><${Icon} name=${icon} />${name}</span></a></li>`;
    })}</ol></nav>`;
}

function Service({ figures, tenants }) {
  return html`<${Facts} rows=${[
    ['Looks', `${number(figures.look_count)}, ${number(figures.looks_under_way)} under way`],
    ['Look lag', html`<span title="half of the looks, and 99 of 100">${duration2(figures.look_lag_p50_seconds)} · p99 ${
      duration2(figures.look_lag_p99_seconds)}</span>`],
    ['Tenant answers in', duration2(figures.average_latency_seconds)],
    ['Ended well', `${figures.success_rate_percent.toFixed(1)} %`],
    ['Deliveries', html`${number(figures.pending_deliveries)} pending, ${
      figures.dead_deliveries ? html`<span class="bad">${number(figures.dead_deliveries)} dead</span>` : '0 dead'}`],
    ...tenants.map((tenant) => [`Tenant ${tenant.name}`, tenant.paused_until
      ? html`<span class="warn">paused, goes on <${In} at=${tenant.paused_until} />: ${tenant.reason}</span>`
      : plural(tenant.watched, 'watched job')]),
  ]} />`;
}

function duration2(value) {
  return value < 1 ? `${Math.round(value * 1e3)} ms` : value < 10 ? `${value.toFixed(1)} s` : duration(value);
}

function Events({ events }) {
  if (!events.length) {
    return html`<${Empty}>Nothing yet. An event comes with each end, breach and cancel.<//>`;
  }
  return html`<ul class="events">${events.map((event) => html`<li key=${event.event}>
    <span class="what">${eventName(event.type)}</span>
    <a href=${idLink(event.job)} class="id">${event.job}</a>
    <${Ago} at=${event.created_at} /></li>`)}</ul>`;
}
