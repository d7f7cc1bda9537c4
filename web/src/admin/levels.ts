/** The levels of agencies, to choose from. */
import type { Level } from '../lib/api/catalogue';
import { levels } from '../lib/i18n/words/catalogue';
import { levelName } from './facts';

export const levelChoices = () =>
  (Object.keys(levels) as Level[]).map((level) => ({ value: level, label: levelName(level) }));
