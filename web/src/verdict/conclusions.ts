/** How a conclusion about signatures is shown: in a colour, with a picture and a word that say the same. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import FilePen from '@lucide/svelte/icons/file-pen';
import type { Component } from 'svelte';
import type { Schema } from '../lib/api/client';
import type { Phrase } from '../lib/i18n/index.svelte';
import { conclusions } from '../lib/i18n/words/conclusions';

export type Conclusion = Schema['Conclusion'];

type Tone = 'good' | 'warn' | 'bad';

export const CONCLUSIONS: Record<Conclusion, { word: Phrase; icon: Component; tone: Tone }> = {
  valid: { word: conclusions.valid, icon: CircleCheck, tone: 'good' },
  valid_with_later_changes: { word: conclusions.valid_with_later_changes, icon: FilePen, tone: 'good' },
  indeterminate: { word: conclusions.indeterminate, icon: CircleHelp, tone: 'warn' },
  invalid: { word: conclusions.invalid, icon: CircleX, tone: 'bad' },
};
