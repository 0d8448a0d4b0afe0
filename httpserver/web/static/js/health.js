// The page of one service's health: told anew whenever there may be more.
import { call } from './api.js';
import { setText } from './dom.js';
import { startLight } from './light.js';
import { connect } from './socket.js';
import { Story } from './story.js';
import { setServerTime } from './time.js';
import { complain } from './toast.js';

const sheet = document.getElementById('health');
const { path } = sheet.dataset;
const said = document.getElementById('said');
const place = document.getElementById('told');
let before = verdict(place);
let asked = false; // for a check, whose outcome is news whatever it is

const story = new Story(path, '#told', place, (part) => {
  const now = verdict(part);
  if (asked) setText(said, `Checked: ${now}`);
  else if (now !== before) setText(said, now);
  before = now;
  asked = false;
});

function verdict(part) {
  return part.querySelector('.verdict h2').textContent;
}

place.addEventListener('submit', async (e) => {
  e.preventDefault();
  const form = e.target;
  const button = form.querySelector('button');
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  setText(said, '');
  try {
    if (form.id === 'refresh') {
      await story.check();
      asked = true;
    } else {
      await call('POST', form.getAttribute('action'), new FormData(form));
    }
  } catch (error) {
    complain(error);
  } finally {
    button.removeAttribute('aria-busy');
    story.again();
  }
});

setServerTime(sheet.dataset.now);
connect('/ws/health_status', {
  state: startLight(),
  open: () => story.again(),
  message(changes) {
    const news = changes[path];
    if (news?.status === 'removed') location.assign('/');
    else if (news) story.again();
  },
  lost() {},
});
document.addEventListener('visibilitychange', () => story.wake());
