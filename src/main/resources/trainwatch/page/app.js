// The frame of the page: which view is shown, who is signed in, and what is asked before an act.
import { html, render, useCallback, useEffect, useRef, useState } from './html.js';
import { firstReads, isSignedOut, signIn, useLive, useToken } from './api.js';
import { Audit } from './audit.js';
import { Jobs } from './jobs.js';
import { KEYS, useKeys } from './keys.js';
import { Now } from './now.js';
import { Failure, Icon, Loaded, ReasonDialog } from './parts.js';
import { Targets } from './targets.js';
import { link, usePlace } from './url.js';

const VIEWS = { now: Now, jobs: Jobs, job: LazyJob, targets: Targets, audit: Audit };
const MENU = [['now', 'Now'], ['jobs', 'Jobs'], ['targets', 'Targets'], ['audit', 'Audit and nodes']];
const SAID_FOR = 8_000;
/** After which the frame is shown without the data. */
const LATE = 200;

function App() {
  const place = usePlace();
  const given = useToken();
  const signedOut = isSignedOut();
  const caller = useLive(signedOut ? null : 'caller', 10_000);
  const [asked, setAsked] = useState(null);
  const [said, setSaid] = useState('');
  const [help, setHelp] = useState(false);
  const opener = useRef(null);
  useKeys(useCallback(() => setHelp(true), []));

  const ask = useCallback((question) => {
    opener.current = document.activeElement;
    setAsked({ ...question, run: async (reason) => {
      const answer = await question.run(reason);
      // What was done may take the button away.
      opener.current = document.getElementById('main');
      setSaid(typeof question.done === 'function' ? question.done(answer) : question.done);
    } });
  }, []);
  const onAsked = useCallback(() => {
    setAsked(null);
    if (opener.current && opener.current.isConnected) {
      opener.current.focus();
    }
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(''), SAID_FOR);
    return () => clearTimeout(timer);
  }, [said]);

  const name = VIEWS[place.view] ? place.view : 'now';
  useEffect(() => {
    const [, title] = MENU.find(([view]) => view === name) || [null, place.parts.slice(1).join('/')];
    document.title = `${title} · Trainwatch`;
    window.scrollTo(0, 0);
  }, [name, place.parts.join('/')]);

  const refused = signedOut || (caller.error && caller.error.status === 401);
  const View = VIEWS[name];
  return html`
    <a class="skip" href="#main" onClick=${(event) => {
      event.preventDefault();
      document.getElementById('main').focus();
    }}>To the content</a>
    <header class="top">
      <a class="brand" href=${link('now')}><img src="icon.svg" alt="" width="22" height="22" />Trainwatch</a>
      <nav aria-label="Views">${MENU.map(([view, title]) => html`<a key=${view} href=${link(view)}
        aria-current=${view === name || (view === 'jobs' && name === 'job') ? 'page' : null}>${title}</a>`)}</nav>
      <div class="who">
        <${Liveness} caller=${caller} />
        ${given && html`<button class="plain" onClick=${() => signIn('')}>Sign out</button>`}
        <button class="plain" aria-label="Keyboard" title="Keyboard: ?" onClick=${() => setHelp(true)}>?</button>
      </div>
    </header>
    <main id="main" tabindex="-1">${refused
      ? html`<${SignIn} error=${given ? caller.error : null} />`
      : html`<${View} key=${name + place.parts.join('/')} parts=${place.parts} query=${place.query}
          mayAct=${Boolean(caller.data && caller.data.may_act)} ask=${ask} />`}</main>
    <div class="said" role="status">${said && html`<p><${Icon} name="ok" />${said}</p>`}</div>
    <${ReasonDialog} ask=${asked} onClose=${onAsked} />
    <${Help} open=${help} onClose=${() => setHelp(false)} />`;
}

/** Comes with the first job that is opened: the library of its curves is as large as all else. */
function LazyJob(props) {
  const [loaded, setLoaded] = useState({ data: null, error: null });
  useEffect(() => {
    import('./job.js').then(
      ({ Job }) => setLoaded({ data: Job, error: null }),
      () => setLoaded({ data: null, error: { status: 0, message: 'Trainwatch does not answer. Load the page anew.' } }));
  }, []);
  return html`<${Loaded} live=${loaded}>${(Job) => html`<${Job} ...${props} />`}<//>`;
}

/** Whether what is shown is of now, and as whom it is seen. */
function Liveness({ caller }) {
  if (caller.error && caller.error.status !== 401) {
    return html`<span class="live bad" role="status"><${Icon} name="alert" />${
      caller.error.status === 0 ? 'No answer; what is shown is old' : caller.error.message}</span>`;
  }
  return caller.data && html`<span class="live"><span class="dot" aria-hidden="true"></span>Live${
    caller.data.may_act ? '' : ', read only'}</span>`;
}

function SignIn({ error }) {
  const [typed, setTyped] = useState('');
  return html`<form class="card sign-in" onSubmit=${(event) => {
    event.preventDefault();
    signIn(typed.trim());
  }}>
    <h1>Sign in</h1>
    <p>The service wants a token: that of <code>trainwatch.http.token</code>, or of <code>trainwatch.http.read-token</code> to look only.
      It is kept in this tab until it is closed.</p>
    <label for="token">Token</label>
    <input id="token" type="password" autocomplete="off" value=${typed} autofocus onInput=${(event) => setTyped(event.target.value)} />
    <${Failure} error=${error && { status: 0, message: 'This token is not taken.' }} />
    <div class="buttons"><button class="primary" type="submit">Sign in</button></div>
  </form>`;
}

function Help({ open, onClose }) {
  const dialog = useRef();
  useEffect(() => {
    if (open && !dialog.current.open) {
      dialog.current.showModal();
    }
  }, [open]);
  return html`<dialog ref=${dialog} aria-labelledby="help-title" onClose=${onClose}>
    <h2 id="help-title">Keyboard</h2>
    <dl class="keys">${KEYS.map(([key, does]) => html`<div key=${key}><dt>${key.split(/(, | )/).map((part) =>
      /[, ]/.test(part) && part.trim() !== part ? part : html`<kbd>${part}</kbd>`)}</dt><dd>${does}</dd></div>`)}</dl>
    <div class="buttons"><button onClick=${() => dialog.current.close()}>Close</button></div>
  </dialog>`;
}

// Drawn once, when its data is there: drawing the frame before would hold the data up.
const app = document.getElementById('app');
render(html`<${App} />`, app);
Promise.race([firstReads(), new Promise((late) => setTimeout(late, LATE))]).then(() => {
  app.hidden = false;
});
