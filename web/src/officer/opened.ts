/** A dossier that was just opened, for the screen that is gone to: looking again would be another line in the owner's trail. */
import type { Dossier } from './desk.svelte';

let kept: Dossier | undefined;

export function handOver(dossier: Dossier): void {
  kept = dossier;
}

/** Takes it once, where it is the one that is wanted. */
export function handedOver(id: string): Dossier | undefined {
  const found = kept?.id === id ? kept : undefined;
  kept = undefined;
  return found;
}
