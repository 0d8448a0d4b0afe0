// Which services are asked for, and in which order: as finding.go has it.
import { fold, terms } from './fold.js';
import { changeOf, keyOf, textOf } from './row.js';
import { enabled, issue, urgency } from './status.js';

const statuses = {
  all: () => true,
  enabled: (row) => enabled(row.kind),
  disabled: (row) => !enabled(row.kind),
  issues: (row) => issue(row.kind),
};

// filter makes the test whether a row is asked for.
function filter({ query, status, tags, transport }) {
  const sought = terms(query);
  const wanted = tags.map(fold);
  const passes = statuses[status];
  return (row) =>
    passes(row) &&
    (!transport || (row.transport || 'unknown') === transport) &&
    (!wanted.length || hasAll(row.tags.map(fold), wanted)) &&
    (!sought.length || hasAll(textOf(row), sought));
}

const hasAll = (text, parts) => parts.every((part) => text.includes(part));

const up = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a, b) => up(keyOf(a), keyOf(b));
const firsts = {
  name: () => 0,
  status: (a, b) => urgency(a.kind) - urgency(b.kind),
  changed: (a, b) => changeOf(b) - changeOf(a),
  traffic: (a, b) => b.requests - a.requests,
};

// arrange lists the paths of the rows that are asked for, in their order. What
// is alike goes by name.
export function arrange(rows, find) {
  const test = filter(find);
  const first = firsts[find.sort];
  return [...rows].filter(test).sort((a, b) => first(a, b) || byName(a, b)).map((row) => row.path);
}
