// Reads one delivery a line, {secret, headers, body}, and writes for each whether the reference library accepts it.
const { Webhook } = require('standardwebhooks');
const readline = require('readline');
const verifiers = new Map();
const answers = [];
readline.createInterface({ input: process.stdin }).on('line', line => {
  const { secret, headers, body } = JSON.parse(line);
  if (!verifiers.has(secret)) verifiers.set(secret, new Webhook(secret));
  try {
    verifiers.get(secret).verify(body, headers);
    answers.push('accepted');
  } catch (e) {
    answers.push(e.constructor.name === 'WebhookVerificationError' ? 'refused' : 'failed: ' + e);
  }
}).on('close', () => process.stdout.write(answers.join('\n')));
