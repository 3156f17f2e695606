// One job: its curves, why it was cancelled or not, and what can be done.
import { html, useEffect, useMemo, useRef, useState } from './html.js';
import { act, path, useLive } from './api.js';
import { NONE, percent, plural, reading, spoken, time } from './format.js';
import { Ago, Badge, Empty, Eta, Facts, Icon, In, Loaded, Progress, Section, StageBadge, Trouble } from './parts.js';
import { Chart, chartsOf, marksOf } from './charts.js';
import { Deliveries } from './targets.js';
import { link } from './url.js';

export function Job({ parts, mayAct, ask }) {
  const [tenant, project, name] = parts;
  const place = ['jobs', tenant, project, name];
  const live = useLive(path(place));
  const samples = useLive(path([...place, 'samples'], { limit: 1_000 }));
  const events = useLive(path(['events'], { job: `${tenant}:${project}/${name}` }));
  return html`<${Loaded} live=${live}>${(job) => html`
    <div class="head">
      <div><p class="crumbs"><a href=${link('jobs')}>Jobs</a> / <a href=${link('jobs', [], { tenant })}>${tenant}</a> / ${
        html`<a href=${link('jobs', [], { tenant, project })}>${project}</a>`}</p>
        <h1>${name} <${StageBadge} stage=${job.stage} />${job.exempt && html` <${Badge} tone="off" icon="released">Exempt<//>`}</h1>
        <${Trouble} job=${job} /></div>
      ${mayAct && html`<${Acts} job=${job} place=${place} ask=${ask} />`}
    </div>
    <${Why} job=${job} />
    <div class="columns">
      <${Section} id="curves" title="Curves" aside=${html`<span class="muted">${plural(job.looks, 'look')}</span>`}>
        <${Loaded} live=${samples}>${(looks) => html`<${Curves} job=${job} looks=${looks} />`}<//>
      <//>
      <div class="stack">
        <${Section} id="state" title="State"><${State} job=${job} /><//>
        <${Section} id="judged" title="Judged by"><${Judged} job=${job} /><//>
      </div>
    </div>
    <${Story} job=${job} place=${place} />
    <${Section} id="deliveries" title="Events and deliveries">
      <${Loaded} live=${events}>${(list) => html`<${Deliveries} events=${list} mayAct=${mayAct} ask=${ask} />`}<//>
    <//>`}<//>`;
}

function Acts({ job, place, ask }) {
  const watched = job.phase === 'WATCHING' || job.phase === 'STOPPING';
  if (!watched) {
    return null;
  }
  const id = `${job.project}/${job.job}`;
  const post = (what, body) => async (reason) => act(path([...place, what]), { reason, ...body });
  return html`<div class="acts">
    <button onClick=${() => ask({ title: `Release ${id}?`, verb: 'Release',
      text: 'It is no longer watched. The job itself is left alone, and goes on at the tenant.',
      run: post('release'), done: `${id} is released.` })}>Release …</button>
    <button onClick=${() => ask(job.exempt
      ? { title: `End the exemption of ${id}?`, verb: 'End exemption', text: 'From the next look on it may be cancelled again if it breaks its policy.',
        run: post('exempt', { exempt: false }), done: `${id} is no longer exempt.` }
      : { title: `Exempt ${id}?`, verb: 'Exempt', text: 'Whatever rule it breaks is reported, and it is never cancelled for it.',
        run: post('exempt', { exempt: true }), done: `${id} is exempt.` })}>${job.exempt ? 'End exemption …' : 'Exempt …'}</button>
    ${job.phase === 'WATCHING' && html`<button class="danger" onClick=${() => ask({ title: `Cancel ${id}?`, verb: 'Cancel the job', danger: true,
      text: 'The tenant is asked to cancel the training at the next look, which is taken at once, whatever the policy says. It cannot be undone.',
      run: post('cancel'), done: `The cancel of ${id} is ordered; the next look sends it.` })}>Cancel the job …</button>`}
  </div>`;
}

/** In one sentence why it was cancelled, failed, or is in trouble; the story below has the rest. */
function Why({ job }) {
  const { breach, cancel } = job;
  if (breach) {
    const ordered = breach.observed === null;
    const done = job.stage === 'CANCELLED' ? 'It was cancelled' : cancel ? 'It is being cancelled' : 'It is to be cancelled';
    return html`<div class="why warn"><${Icon} name="cancelled" /><div>
      <p><b>${done} because ${ordered ? html`somebody ordered it${breach.evidence ? `: ${breach.evidence}` : ''}`
        : html`it broke <code>${breach.rule}</code>${breach.meaning ? ` (${breach.meaning})` : ''}`}.</b></p>
      <p>${!ordered && html`Observed ${reading(breach.observed)} against a limit of ${reading(breach.limit)}, since ${time(breach.since)}${
        breach.evidence ? `; ${breach.evidence}` : ''}. `}${
        cancel && html`Cancel requested at ${time(cancel.requested_at)}${cancel.tries ? `, ${cancel.tries}` : ''}${
          cancel.message ? `: ${cancel.message}` : '.'}`}</p></div></div>`;
  }
  if (job.stage === 'FAILED') {
    return html`<div class="why bad"><${Icon} name="bad" /><div><p><b>It failed.</b></p>
      <p>${job.fail_reason || 'The tenant gave no reason.'}</p></div></div>`;
  }
  if (job.failure) {
    return html`<div class="why bad"><${Icon} name="alert" /><div>
      <p><b>${plural(job.failed_looks, 'look')} in a row failed.</b></p><p>${job.failure}</p></div></div>`;
  }
  return null;
}

function Curves({ job, looks }) {
  const charts = useMemo(() => chartsOf(job, looks), [job, looks]);
  const marks = useMemo(() => marksOf(job), [job]);
  if (!charts.length) {
    return html`<${Empty}>No look has shown a figure yet.<//>`;
  }
  const times = [...charts.flatMap((chart) => [chart.times[0], chart.times.at(-1)]), ...marks.map(({ at }) => at)];
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max(1, (to - from) * 0.03);
  const range = [from - margin, to + margin];
  return html`<div class="charts">${charts.map((chart, i) =>
    html`<${Chart} key=${chart.key} chart=${chart} marks=${marks} range=${range} named=${i === 0} />`)}
    <p class="hint">A dot is a look. Dashed is a limit that leads to a cancel, dotted one that warns.</p></div>`;
}

function State({ job }) {
  const ended = job.ended_at;
  return html`<${Progress} job=${job} />
    <${Facts} rows=${[
      !ended && ['Likely to end', job.eta ? html`<${Eta} eta=${job.eta} />` : 'not known yet'],
      ['Started', html`<${Ago} at=${job.started_at} />`],
      ['Watched', html`<${Ago} at=${job.watched_since} suffix="" />`],
      ended && ['Ended', html`<${Ago} at=${ended} />`],
      ['Last look', html`<${Ago} at=${job.looked_at} />`],
      ['Next look', job.next_look_at ? html`<${In} at=${job.next_look_at} />${job.next_look_why && `, ${job.next_look_why}`}` : 'none follows'],
      ['Peak CPU', percent(job.peak_cpu, 1)],
      ['Peak memory', percent(job.peak_memory, 1)],
      ...Object.entries(job.metrics).map(([name, mean]) => [`Mean ${name}`, reading(mean)]),
      job.cancel && ['Cancel', `${plural(job.cancel.attempts, 'request')}${job.cancel.tries ? `: ${job.cancel.tries}` : ''}`],
      job.incomplete.length > 0 && ['Unusable fields', job.incomplete.join(', ')],
      job.node && ['Looked at by', job.node],
    ]} />`;
}

/** What became of a broken rule, where its level and the curves do not say it. */
const OUTCOMES = { warn: ', warned of', cancel: ', cancelled for' };

function Judged({ job }) {
  const { policy } = job;
  const broken = new Map(job.breaches.map(({ rule, outcome }) => [rule, outcome]));
  return html`<p class="policy"><b>${policy.name}</b> <code title=${policy.hash}>${policy.hash.slice(0, 8)}</code>
      <span class="muted"> ${policy.source}${policy.since ? html`, since ${time(policy.since)}` : ''}${
        policy.dry_run ? ', dry run' : ''}${policy.auto_cancel ? '' : ', cancels nothing'}</span></p>
    <ul class="rules">${policy.rules.map((rule) => html`<li key=${rule.id}>
      <span class=${`level ${rule.level}`}>${rule.level === 'cancel' ? 'cancels' : 'warns'}</span>
      <span>${rule.meaning}<span class="sub">${rule.id}</span>${broken.has(rule.id) && html`<span class="trouble warn"><${Icon} name="alert" />
        <span>broken${OUTCOMES[broken.get(rule.id)] || `, no cancel: ${broken.get(rule.id)}`}</span></span>`}</span></li>`)}</ul>`;
}

const QUIET = new Set(['STATUS_CHECK', 'CHECKPOINT']);
const TONES = [[/FAILED|INVALID|ERROR|DEAD|REFUSED|UNREACHABLE/, 'bad'], [/CANCEL|BREACH|WITHHELD|REVERSED|INCOMPLETE/, 'warn'],
  [/COMPLETE|DELIVERED/, 'ok'], [/STATE|START/, 'run']];

/** The story from the audit; asked for anew when the job changed, since the whole audit is read for it. */
function Story({ job, place }) {
  const change = [job.stage, job.epoch, job.breaches.length, job.exempt, job.failed_looks > 0, job.cancel && job.cancel.tries].join(' ');
  return html`<${StoryOf} key=${change} place=${place} change=${change} />`;
}

function StoryOf({ place, change }) {
  const [turn, setTurn] = useState(0);
  const [all, setAll] = useState(false);
  const live = useLive(`${path([...place, 'explanation'])}#${change} ${turn}`, 0);
  const before = useRef(null);
  before.current = live.data || before.current;
  const shown = { ...live, data: live.data || before.current };
  useEffect(() => {
    // The audit is written a moment after the change that the page shows.
    const timer = setTimeout(() => setTurn(1), 1_500);
    return () => clearTimeout(timer);
  }, []);
  const quiet = (shown.data ? shown.data.steps : []).filter((step) => QUIET.has(step.action)).length;
  return html`<${Section} id="story" title="Why, from the audit" aside=${html`<span>
      ${quiet > 0 && html`<button class="plain" aria-pressed=${all} onClick=${() => setAll(!all)}>${
        all ? 'Hide' : 'Show'} ${plural(quiet, 'quiet look')}</button>`}
      <button class="plain" onClick=${() => setTurn(turn + 1)}>Read again</button></span>`}>
    <${Loaded} live=${shown}>${(story) => html`<${Steps} story=${story} all=${all} />`}<//>
  <//>`;
}

function Steps({ story, all }) {
  const steps = story.steps.filter((step) => all || !QUIET.has(step.action));
  const summary = Object.entries(story.summary).filter(([name]) => name !== 'watched');
  return html`
    ${summary.length > 0 && html`<dl class="summary">${summary.map(([name, sentences]) =>
      html`<div key=${name}><dt>${name.replaceAll('_', ' ')}</dt><dd>${spoken(sentences.join(' '))}</dd></div>`)}</dl>`}
    <ol class="timeline">${steps.map((step) => html`<li key=${step.seq} class=${toneOf(step.action)}>
      <time datetime=${step.at}>${time(step.at)}</time><p>${spoken(step.text)}</p></li>`)}</ol>
    <p class=${`hint lines ${story.chain.whole ? '' : 'bad'}`}>${story.chain.text}</p>`;
}

function toneOf(action) {
  const found = TONES.find(([pattern]) => pattern.test(action));
  return found ? found[1] : 'off';
}
