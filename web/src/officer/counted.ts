/** How much of what a dossier needs is there. */
import type { Component, Dossier } from './desk.svelte';

const NOT_ASKED = ['not_needed', 'optional_missing'];

export interface Counted {
  done: number;
  all: number;
  /** Those that keep it from being complete. */
  lacking: Component[];
}

export function counted({ components }: Pick<Dossier, 'components'>): Counted {
  const asked = components.filter(({ standing }) => !NOT_ASKED.includes(standing.state));
  const lacking = asked.filter(({ standing }) => standing.blocks);
  return { done: asked.length - lacking.length, all: asked.length, lacking };
}
