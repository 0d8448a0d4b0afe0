// What can be done with many services: the question, what it means, how it is
// called while it runs and when it is done.
import { check, enable, remove } from './acts.js';

export const acts = {
  enable: {
    verb: 'Enable',
    about: 'Each is checked at once, and routed.',
    doing: 'Enabling',
    done: 'enabled',
    run: (path) => enable(path, true),
  },
  disable: {
    verb: 'Disable',
    about: 'Callers get 503 until they are enabled again. Nothing is lost.',
    doing: 'Disabling',
    done: 'disabled',
    run: (path) => enable(path, false),
  },
  check: {
    verb: 'Check',
    about: 'Each is asked for its health and its tools. Those that are disabled cannot be.',
    doing: 'Checking',
    done: 'checked',
    run: check,
  },
  delete: {
    verb: 'Delete',
    about: 'They are taken off the list, with their tools and their health. The servers behind them are left alone. This cannot be undone.',
    doing: 'Deleting',
    done: 'deleted',
    run: remove,
  },
};
