/** The kinds of event in words. */
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { eventKinds } from '../lib/i18n/words/systems';

type EventKind = keyof typeof eventKinds;

export const eventChoices = () =>
  (Object.keys(eventKinds) as EventKind[]).map((id) => ({ id: id as string, label: say(eventKinds[id]) }));

/** A kind that this page does not know yet stays as the server says it. */
export function eventName(kind: string): string {
  const phrase: Phrase | undefined = eventKinds[kind as EventKind];
  return phrase ? say(phrase) : kind;
}
