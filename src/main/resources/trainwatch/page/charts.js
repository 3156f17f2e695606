// The curves of a job: looks as dots, limits as lines, broken rules shaded, cancel and end as marks.
import { html, useEffect, useMemo, useRef, useState } from './html.js';
import { reading, time } from './format.js';

// The library sets a global. It comes with the first curves, and whoever imports this waits for it; its
// styles stand before the page's own, which win.
const library = [
  [document.createElement('script'), { src: 'uPlot.iife.min.js' }],
  [document.createElement('link'), { rel: 'stylesheet', href: 'uPlot.min.css' }],
];
await Promise.all(library.map(([element, named]) => new Promise((loaded, failed) => {
  document.head.prepend(Object.assign(element, named, { onload: loaded, onerror: failed }));
})));

const HEIGHT = 132;
/** Pixels from look to look, below which dots would run together. */
const MIN_DOT_STEP = 4;
const DARK = matchMedia('(prefers-color-scheme: dark)');

const seconds = (at) => Date.parse(at) / 1e3;

function useDark() {
  const [dark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const onChange = () => setDark(DARK.matches);
    DARK.addEventListener('change', onChange);
    return () => DARK.removeEventListener('change', onChange);
  }, []);
  return dark;
}

/**
 * The charts that a job's looks give, each {key, title, unit, times, values, limits, shades}.
 *
 * @param job a JobDetail
 * @param looks Samples, the oldest first
 */
export function chartsOf(job, looks) {
  const of = (key, title, unit, pairs, fixed) => pairs.length && {
    key, title, unit, fixed,
    times: pairs.map(([at]) => at),
    values: pairs.map(([, value]) => value),
    limits: job.policy.rules.filter((rule) => rule.of === key && rule.limit !== null && (unit !== '%' || rule.unit === 'percent'))
      .map((rule) => ({ value: rule.limit, level: rule.level, id: rule.id })),
    shades: shades(job, looks, key),
  };
  const field = (name) => looks.filter((look) => look[name] !== undefined).map((look) => [seconds(look.at), look[name]]);
  const charts = [
    of('progress', 'Progress', '%', field('progress'), true),
    of('cpu', 'CPU', '%', field('cpu'), true),
    of('memory', 'Memory', '%', field('memory'), true),
    of('gpu_memory', 'GPU memory', '', field('gpu_memory')),
  ];
  const metrics = new Map();
  for (const look of looks) {
    for (const { at, name, value } of look.metrics || []) {
      metrics.set(name, [...metrics.get(name) || [], [seconds(at), value]]);
    }
  }
  for (const [name, pairs] of metrics) {
    charts.push(of(`metric:${name}`, name, '', pairs.sort((a, b) => a[0] - b[0])));
  }
  return charts.filter(Boolean);
}

/** From when to when a rule about this was broken, as the looks in a row that said so. */
function shades(job, looks, key) {
  const found = [];
  for (const rule of job.policy.rules.filter((each) => each.of === key)) {
    let open = null;
    looks.forEach((look, i) => {
      if ((look.broke || []).includes(rule.id)) {
        open = open || { from: seconds((looks[i - 1] || look).at), level: rule.level };
        open.to = seconds(look.at);
      } else if (open) {
        found.push(open);
        open = null;
      }
    });
    if (open) {
      found.push(open);
    }
    if (job.breach && job.breach.rule === rule.id) {
      const last = looks.at(-1);
      const to = (job.cancel && job.cancel.requested_at) || job.ended_at || (last && last.at);
      found.push({ from: seconds(job.breach.since), to: seconds(to), level: 'cancel' });
    }
  }
  return found.filter(({ from, to }) => to > from);
}

/** What happened to the job at a moment, as lines from top to bottom. */
export function marksOf(job) {
  const ended = job.ended_at || job.completed_at;
  return [
    job.cancel && { at: seconds(job.cancel.requested_at), text: 'cancel', tone: '--warn' },
    ended && { at: seconds(ended), text: job.stage.toLowerCase(), tone: job.stage === 'COMPLETED' ? '--ok' : '--bad' },
  ].filter(Boolean);
}

/**
 * @param range of time, that of all charts of the job
 * @param named whether the marks have their names
 */
export function Chart({ chart, marks, range, named }) {
  const place = useRef();
  const dark = useDark();
  const [at, setAt] = useState(null);
  const plot = useRef();
  const latest = useRef();
  latest.current = { chart, marks, range, named };
  const shape = `${chart.key} ${dark}`;

  useEffect(() => {
    const make = () => new window.uPlot(options(place.current.clientWidth, latest, setAt, chart),
      [chart.times, chart.values], place.current);
    plot.current = make();
    const observer = new ResizeObserver(() => plot.current.setSize({ width: place.current.clientWidth, height: HEIGHT }));
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      plot.current.destroy();
    };
  }, [shape]);

  const drawn = useMemo(() => JSON.stringify([chart.times.length, chart.times.at(-1), chart.limits, chart.shades, marks, range]),
    [chart, marks, range]);
  useEffect(() => plot.current.setData([chart.times, chart.values]), [drawn]);

  const shown = at === null || at >= chart.values.length ? chart.values.length - 1 : at;
  const peak = chart.values.reduce((most, value) => Math.max(most, value), -Infinity);
  return html`<figure class="chart">
    <figcaption><span class="title">${chart.title}</span>
      <span><b>${reading(chart.values[shown], chart.unit)}</b>
        <span class="muted"> ${at === null ? 'last' : time(chart.times[shown] * 1e3)}${chart.key === 'progress' ? '' : ` · peak ${reading(peak, chart.unit)}`}${
          chart.limits.map((limit) => html` · <span class=${`limit ${limit.level}`}>${
            limit.level === 'cancel' ? 'limit' : 'warning'} ${reading(limit.value, chart.unit)}</span>`)}${
          chart.shades.length ? html` · <span class="breached">rule broken</span>` : ''}</span></span></figcaption>
    <div class="plot" ref=${place}></div></figure>`;
}

function options(width, latest, setAt, chart) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const line = colour('--run');
  const axis = { stroke: colour('--muted'), font, ticks: { show: false }, grid: { stroke: colour('--line'), width: 1 } };
  return {
    width, height: HEIGHT, legend: { show: false },
    padding: [10, 26, 0, 0],
    cursor: { sync: { key: 'job' }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
    scales: { x: { time: true, range: () => latest.current.range },
      y: { range: chart.fixed ? [0, 102] : (u, min, max) => room(min, max, latest.current.chart.limits) } },
    axes: [{ ...axis, size: 26, space: 80, values: (u, splits) => splits.map((split) => time(split * 1e3).replace(/^.*, /, '')) },
      { ...axis, size: 44, space: 28, values: (u, splits) => splits.map((split) => `${+split.toFixed(3)}`) }],
    series: [{}, { stroke: line, width: 1.5, fill: `${line}0c`,
      points: { show: (u) => u.data[0].length * MIN_DOT_STEP <= u.width, size: 4.5, fill: line, stroke: line } }],
    hooks: {
      drawClear: [(u) => shade(u, latest.current.chart.shades, colour)],
      draw: [(u) => {
        limits(u, latest.current.chart.limits, colour);
        marks(u, latest.current.marks, colour, latest.current.named && font);
      }],
      setCursor: [(u) => setAt(u.cursor.idx ?? null)],
    },
  };
}

function room(min, max, limits) {
  const all = [min, max, ...limits.map((limit) => limit.value)].filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = (high - low || Math.abs(high) || 1) * 0.1;
  return [low - margin, high + margin];
}

function shade(u, shades, colour) {
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.beginPath();
  u.ctx.rect(left, top, width, height);
  u.ctx.clip();
  for (const { from, to, level } of shades) {
    u.ctx.fillStyle = colour(level === 'cancel' ? '--bad-soft' : '--warn-soft');
    const start = u.valToPos(from, 'x', true);
    u.ctx.fillRect(start, top, Math.max(2, u.valToPos(to, 'x', true) - start), height);
  }
  u.ctx.restore();
}

function limits(u, list, colour) {
  for (const { value, level } of list) {
    stroke(u, colour(level === 'cancel' ? '--bad' : '--warn'), level === 'cancel' ? [6, 4] : [2, 4], (ctx) => {
      const y = u.valToPos(value, 'y', true);
      ctx.moveTo(u.bbox.left, y);
      ctx.lineTo(u.bbox.left + u.bbox.width, y);
    });
  }
}

function marks(u, list, colour, font) {
  const ratio = devicePixelRatio;
  list.forEach(({ at, text, tone }, i) => {
    const y = u.bbox.top + u.bbox.height - (6 + 15 * (list.length - 1 - i)) * ratio;
    const x = u.valToPos(at, 'x', true);
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) {
      return;
    }
    stroke(u, colour(tone), [], (ctx) => {
      ctx.moveTo(x, u.bbox.top);
      ctx.lineTo(x, u.bbox.top + u.bbox.height);
    });
    if (!font) {
      return;
    }
    u.ctx.save();
    u.ctx.font = font.replace(/^11px/, `${11 * ratio}px`);
    u.ctx.textAlign = 'right';
    const wide = u.ctx.measureText(text).width;
    u.ctx.fillStyle = colour('--surface');
    u.ctx.fillRect(x - wide - 7 * ratio, y - 11 * ratio, wide + 5 * ratio, 14 * ratio);
    u.ctx.fillStyle = colour(tone);
    u.ctx.fillText(text, x - 5 * ratio, y);
    u.ctx.restore();
  });
}

function stroke(u, style, dash, path) {
  const ratio = devicePixelRatio;
  u.ctx.save();
  u.ctx.strokeStyle = style;
  u.ctx.lineWidth = 1.25 * ratio;
  u.ctx.setLineDash(dash.map((length) => length * ratio));
  u.ctx.beginPath();
  path(u.ctx);
  u.ctx.stroke();
  u.ctx.restore();
}
