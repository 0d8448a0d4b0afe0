// What every page has: the theme switch and times that tick.
import { startThemes } from './theme.js';
import { startClock } from './time.js';

startThemes();
startClock();
