// Whether the record is whole, who looks at what, and which policies are in force.
import { html } from './html.js';
import { useLive } from './api.js';
import { NONE, number, plural, time } from './format.js';
import { Ago, Badge, Empty, Facts, Icon, Loaded, Section } from './parts.js';

export function Audit() {
  const audit = useLive('audit');
  const nodes = useLive('nodes');
  const policies = useLive('policies');
  return html`<h1>Audit and nodes</h1>
    <div class="halves">
      <${Section} id="audit" title="Audit" aside=${audit.data && html`<${Whole} audit=${audit.data} />`}>
        <${Loaded} live=${audit}>${(state) => html`<${Record} audit=${state} />`}<//><//>
      <${Section} id="nodes" title="Nodes"><${Loaded} live=${nodes}>${(list) => html`<${Nodes} nodes=${list} />`}<//><//>
    </div>
    <${Section} id="policies" title="Policies in force">
      <${Loaded} live=${policies}>${({ in_force: list, problems }) => html`
        ${problems.map((problem) => html`<p key=${problem} class="notice bad"><${Icon} name="alert" /><span>${problem}</span></p>`)}
        <div class="policies">${list.map((policy) => html`<${Policy} key=${policy.source + policy.name} policy=${policy} />`)}</div>`}<//>
    <//>`;
}

function Whole({ audit }) {
  return audit.failure ? html`<${Badge} tone="bad" icon="bad">Cannot be written<//>`
    : audit.whole ? html`<${Badge} tone="ok" icon="ok">Whole<//>` : html`<${Badge} tone="bad" icon="bad">Not what it was<//>`;
}

function Record({ audit }) {
  return html`
    ${[audit.fault, audit.failure].filter(Boolean).map((words) =>
      html`<p key=${words} class="notice bad"><${Icon} name="alert" /><span>${words}</span></p>`)}
    <${Facts} rows=${[
      ['Last line', html`${number(audit.last_line)}${audit.last_line_at ? html`, <${Ago} at=${audit.last_line_at} />` : ''}`],
      ['Lines', number(audit.lines)],
      ['Waiting', audit.waiting ? html`${plural(audit.waiting, 'row')}, the oldest <${Ago} at=${audit.oldest_waiting_at} suffix=" old" />` : 'none'],
      ['Last checkpoint', audit.checkpoint ? html`line ${number(audit.checkpoint)}${
        audit.last_line > audit.checkpoint ? `, ${number(audit.last_line - audit.checkpoint)} lines ago` : ''}` : 'none is signed'],
      ['Key', audit.key_id ? html`<code>${audit.key_id}</code>` : 'none: changes are found by the chain alone'],
      audit.failing_since && ['Failing since', time(audit.failing_since)],
    ]} />`;
}

function Nodes({ nodes }) {
  if (!nodes.length) {
    return html`<${Empty}>No node was seen within a day.<//>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of nodes"><table class="plain-table">
    <thead><tr><th scope="col">Node</th><th scope="col" class="right">Looking at</th><th scope="col">Seen</th></tr></thead>
    <tbody>${nodes.map((node) => html`<tr key=${node.name}><th scope="row"><span class="id">${node.name}</span>${node.here && html`<span class="sub">this one</span>`}</th>
      <td class="right">${plural(node.leases, 'job')}</td><td><${Ago} at=${node.seen_at} /></td></tr>`)}</tbody></table></div>`;
}

function Policy({ policy }) {
  return html`<article class="policy-card"><h3>${policy.name}</h3>
    <p class="muted">${policy.source} · <code title=${policy.hash}>${policy.hash.slice(0, 8)}</code>${
      policy.since ? html` · since ${time(policy.since)}` : ''}${policy.dry_run ? ' · dry run' : ''}${
      policy.auto_cancel ? '' : ' · cancels nothing'}</p>
    <p class="muted">${policy.applies_to.length ? html`for ${policy.applies_to.map((pattern) => html`<code key=${pattern}>${pattern}</code> `)}`
      : 'for all that no other is for'}</p>
    <ul class="rules">${policy.rules.map((rule) => html`<li key=${rule.id}><span class=${`level ${rule.level}`}>${
      rule.level === 'cancel' ? 'cancels' : 'warns'}</span><span>${rule.meaning}</span></li>`)}</ul></article>`;
}
