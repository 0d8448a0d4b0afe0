// The search over a service's tools.

const finder = document.getElementById('finder');
if (finder) {
  const input = document.getElementById('find');
  const tools = [...document.querySelectorAll('.tool')].map((node) => ({ node, text: node.textContent.toLowerCase() }));
  input.addEventListener('input', () => {
    const terms = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { node, text } of tools) {
      node.hidden = !terms.every((term) => text.includes(term));
      shown += node.hidden ? 0 : 1;
    }
    document.getElementById('none-match').hidden = shown > 0;
    document.getElementById('shown').textContent = `${shown} of ${tools.length} shown`;
  });
  finder.hidden = false;
}
