// The call of a tool as a curl command, made anew when it is looked at.
import { copyButton } from './copy.js';
import { el, icon } from './dom.js';
import { curl } from './mcp-curl.js';
import { toolRequest } from './mcp-message.js';

let serial = 0;

// shellView is { node, show, stale }: show takes the request of a call, stale
// says that the arguments have changed.
export function shellView(way, tool, editor) {
  const id = `curl-${++serial}`;
  const text = el('code', { id });
  const show = (request) => {
    text.textContent = curl(way, request);
  };
  const stale = () => {
    const args = node.open ? editor.read({ quietly: true }) : undefined;
    if (args !== undefined) show(toolRequest(way.era, tool.name, args, tool.schema));
  };
  const node = el(
    'details',
    { class: 'schema' },
    el('summary', {}, icon('chevron'), 'As a curl command'),
    el('div', { class: 'raw' }, copyButton(id, 'Copy the command'), el('pre', { tabindex: '0', 'aria-label': 'curl command' }, text)),
  );
  node.addEventListener('toggle', stale);
  return { node, show, stale };
}
