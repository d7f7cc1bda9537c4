/** How sure it is where a paper comes from, in words and a picture. */
import BadgeCheck from '@lucide/svelte/icons/badge-check';
import Landmark from '@lucide/svelte/icons/landmark';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import UserRound from '@lucide/svelte/icons/user-round';
import { say } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';

const LEVELS = [
  { phrase: files.trust1, icon: UserRound },
  { phrase: files.trust2, icon: ScanSearch },
  { phrase: files.trust3, icon: BadgeCheck },
  { phrase: files.trust4, icon: Landmark },
] as const;

export type TrustLevel = (typeof LEVELS)[number];

export function trustOf(level: number): TrustLevel {
  return LEVELS[level - 1] ?? LEVELS[0];
}

/** All levels in words, the first first. */
export function trustWords(): string[] {
  return LEVELS.map((level) => say(level.phrase));
}
