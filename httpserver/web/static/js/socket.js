// One websocket that comes back. Waiting grows from half a second to half a
// minute, with jitter, so that many pages don't return in one wave.

const shortest = 500;
const longest = 30_000; // ms
const patience = 10_000; // ms that a connection may take to open
const settled = 10_000; // ms that one must last for waiting to begin anew

// connect calls state('connecting' | 'live' | 'reconnecting' | 'offline') as
// that changes, open() on each connection, message(object) for each message,
// and lost() after each try that failed. It returns a function that gives up
// the connection, for who knows that it is dead: a network that goes away says
// nothing.
export function connect(path, { state, open, message, lost }) {
  let tries = 0;
  let timer = 0;
  let socket = null;

  const start = () => {
    clearTimeout(timer);
    const url = new URL(path, location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(url);
    timer = setTimeout(drop, patience);
    socket.onopen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        tries = 0;
      }, settled);
      state('live');
      open();
    };
    socket.onmessage = ({ data }) => {
      const said = parse(data);
      if (said) message(said);
    };
    socket.onclose = drop;
  };

  // drop does not wait for the other side to agree.
  const drop = () => {
    if (!socket) return;
    clearTimeout(timer);
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
    tries++;
    state(tries > 3 || !navigator.onLine ? 'offline' : 'reconnecting');
    lost();
    const wait = Math.min(longest, shortest * 2 ** (tries - 1));
    timer = setTimeout(start, wait * (0.5 + Math.random() / 2));
  };

  // Coming back into view or onto the network is a reason to try at once.
  const hurry = () => {
    if (!socket && !document.hidden) start();
  };
  addEventListener('online', hurry);
  addEventListener('offline', drop);
  document.addEventListener('visibilitychange', hurry);
  state('connecting');
  start();
  return drop;
}

function parse(data) {
  try {
    const said = JSON.parse(data);
    return said && typeof said === 'object' && !Array.isArray(said) ? said : null;
  } catch {
    console.warn('socket: not JSON');
    return null;
  }
}
