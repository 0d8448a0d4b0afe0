// The words for a status; those of card.go.

const words = {
  disabled: 'Disabled',
  checking: 'Checking',
  healthy: 'Healthy',
  unhealthy: 'Unhealthy',
  'auth-required': 'Needs credentials',
  error: 'Not checked',
};

// What somebody should look at first.
const urgent = ['unhealthy', 'error', 'auth-required', 'checking', 'healthy', 'disabled'];

// split cuts "unhealthy: timeout" into its kind and its reason.
export function split(status) {
  const cut = status.indexOf(': ');
  return cut < 0 ? { kind: status, reason: '' } : { kind: status.slice(0, cut), reason: status.slice(cut + 2) };
}

export const word = (kind) => words[kind] ?? kind;
export const issue = (kind) => kind === 'unhealthy' || kind === 'error';
// troubled says whether there is something to find out about a status.
export const troubled = (kind) => issue(kind) || kind === 'auth-required';
export const enabled = (kind) => kind !== 'disabled';
export const urgency = (kind) => urgent.indexOf(kind);
