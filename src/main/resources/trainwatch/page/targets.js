// Who is told of events, and how that goes.
import { html } from './html.js';
import { act, path, useLive } from './api.js';
import { NONE, number, plural, time } from './format.js';
import { Ago, Badge, Empty, Facts, Icon, Loaded, Section, idLink } from './parts.js';

const STATES = {
  closed: ['ok', 'ok', 'Takes events'],
  open: ['warn', 'alert', 'Is away, probed'],
  disabled: ['bad', 'bad', 'Disabled'],
};

/** job.cancel_requested -> "cancel requested". */
export function eventName(type) {
  return type.replace(/^job\./, '').replaceAll('_', ' ');
}

export function Targets({ mayAct, ask }) {
  const targets = useLive('targets');
  const dead = useLive('events?status=dead&limit=50');
  return html`<h1>Targets</h1>
    <${Loaded} live=${targets}>${(list) => list.length
      ? html`<div class="cards">${list.map((target) => html`<${Target} key=${target.name} target=${target} mayAct=${mayAct} ask=${ask} />`)}</div>`
      : html`<div class="card"><${Empty}>No target is configured: name one with trainwatch.webhook.NAME.url.<//></div>`}<//>
    <${Section} id="dead" title="Events that did not arrive">
      <${Loaded} live=${dead}>${(events) => events.length
        ? html`<${Deliveries} events=${events} mayAct=${mayAct} ask=${ask} withJob />`
        : html`<${Empty}>None. An event is given up after eight tries over 27 hours.<//>`}<//>
    <//>`;
}

function Target({ target, mayAct, ask }) {
  const [tone, icon, words] = STATES[target.status] || ['off', 'new', target.status];
  const post = (what) => (reason) => act(path(['targets', target.name, what]), { reason });
  return html`<section class="card target" aria-labelledby=${`target-${target.name}`}>
    <header><h2 id=${`target-${target.name}`} tabindex="-1">${target.name}</h2><${Badge} tone=${tone} icon=${icon}>${words}<//></header>
    ${target.status !== 'closed' && html`<p class="notice ${tone}"><${Icon} name="alert" /><span>${target.text}${
      target.reason && !target.text.includes(target.reason) ? `: ${target.reason}` : ''}</span></p>`}
    <${Hours} target=${target} />
    <${Facts} rows=${[
      ['Pending', number(target.pending)],
      ['Oldest pending', target.oldest_pending_at ? html`<${Ago} at=${target.oldest_pending_at} suffix=" old" />` : NONE],
      ['Dead', target.dead ? html`<span class="bad">${number(target.dead)}</span>` : '0'],
      target.failing_since && ['Failing since', time(target.failing_since)],
      ['Last error', target.last_error],
    ]} />
    ${mayAct && html`<div class="acts">
      <button aria-label=${`Test ${target.name}`} onClick=${() => ask({ title: `Test ${target.name}?`, verb: 'Send a test', text: 'It is sent a signed event of type test, which stands for no job.',
        run: post('test'),
        done: (answer) => answer.taken ? `${target.name} took the test: ${answer.status}.`
          : `${target.name} did not take the test: ${answer.status ?? ''} ${answer.text}` })}>Test …</button>
      ${target.status === 'disabled' ? html`<button class="primary" aria-label=${`Enable ${target.name}`} onClick=${() => ask({ title: `Enable ${target.name}?`, verb: 'Enable',
        text: `It is sent events again, the ${number(target.pending)} pending ones first.`, run: post('enable'), done: `${target.name} is enabled.` })}>Enable …</button>`
        : html`<button aria-label=${`Disable ${target.name}`} onClick=${() => ask({ title: `Disable ${target.name}?`, verb: 'Disable',
          text: 'It is sent nothing until it is enabled; its events are kept for it.', run: post('disable'), done: `${target.name} is disabled.` })}>Disable …</button>`}
    </div>`}
  </section>`;
}

const BARS = { width: 288, height: 44 };

/** Deliveries of the last 24 hours, a bar an hour; what was given up stands on top. */
function Hours({ target }) {
  const most = Math.max(1, ...target.hours.map(({ sent, failed }) => sent + failed));
  const step = BARS.width / Math.max(1, target.hours.length);
  const size = (count) => count ? Math.max(2, (BARS.height - 2) * count / most) : 0;
  const words = `Last 24 hours: ${plural(target.sent_24h, 'delivery', 'deliveries')} arrived, ${number(target.failed_24h)} given up`;
  return html`<figure class="hours"><svg viewBox=${`0 0 ${BARS.width} ${BARS.height}`} role="img" aria-label=${words} preserveAspectRatio="none">
      <line x1="0" x2=${BARS.width} y1=${BARS.height - 0.5} y2=${BARS.height - 0.5} />
      ${target.hours.map(({ at, sent, failed }, i) => html`<g key=${at}>
        <rect class="sent" x=${i * step + 1} width=${step - 2} y=${BARS.height - 1 - size(sent)} height=${size(sent)} />
        <rect class="failed" x=${i * step + 1} width=${step - 2} y=${BARS.height - 1 - size(sent) - size(failed)} height=${size(failed)} /></g>`)}
    </svg><figcaption><span>24 h</span><span><b>${number(target.sent_24h)}</b> arrived · <b class=${target.failed_24h ? 'bad' : ''}>${
      number(target.failed_24h)}</b> given up</span></figcaption></figure>`;
}

const DELIVERY = { delivered: ['ok', 'ok', 'delivered'], pending: ['run', 'queued', 'pending'], dead: ['bad', 'bad', 'dead'] };

/** @param withJob names the job of each event too */
export function Deliveries({ events, mayAct, ask, withJob }) {
  if (!events.length) {
    return html`<${Empty}>No event yet. One comes with each end, breach and cancel.<//>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Deliveries"><table class="plain-table">
    <thead><tr><th scope="col">Event</th>${withJob && html`<th scope="col">Job</th>`}<th scope="col">Published</th>
      <th scope="col">Delivered to</th>${mayAct && html`<th scope="col"><span class="hidden">Act</span></th>`}</tr></thead>
    <tbody>${events.map((event) => html`<tr key=${event.event}>
      <th scope="row" class="event">${eventName(event.type)}<span class="sub id">${event.event}</span></th>
      ${withJob && html`<td><a href=${idLink(event.job)} data-row>${event.job}</a></td>`}
      <td>${time(event.created_at)}</td>
      <td>${event.deliveries.length === 0 && html`<span class="muted">no target</span>`}
        ${event.deliveries.map((delivery) => html`<${Delivery} key=${delivery.target} delivery=${delivery} />`)}</td>
      ${mayAct && html`<td class="right">${event.deliveries.length > 0 && html`<button class="small" aria-label=${`Replay ${eventName(event.type)} ${event.event}`}
        onClick=${() => ask({ title: 'Replay this event?', verb: 'Replay',
          text: `${eventName(event.type)} of ${event.job} is sent again, with the same id and bytes, to every target that it was meant for.`,
          run: (reason) => act(path(['events', event.event, 'replay']), { reason }), done: (answer) => `Due again for ${answer.targets.join(', ')}.` })}>Replay …</button>`}</td>`}
    </tr>`)}</tbody></table></div>`;
}

function Delivery({ delivery }) {
  const [tone, icon, words] = DELIVERY[delivery.status] || ['off', 'new', delivery.status];
  return html`<div class="delivery"><span>${delivery.target}</span> <${Badge} tone=${tone} icon=${icon}>${delivery.held ? 'held' : words}<//>
    <span class="sub">${delivery.settled_at ? time(delivery.settled_at) : ''}${
      delivery.attempts > 1 ? ` ${plural(delivery.attempts, 'try', 'tries')}` : ''}${
      delivery.last_error ? ` ${delivery.last_error}` : ''}</span></div>`;
}
