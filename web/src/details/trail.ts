/** What a trail says, in sentences. */
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { acts, details, judgedSignatures, sharedWith } from '../lib/i18n/words/details';
import { concluded } from '../lib/i18n/words/signatures';
import { session } from '../lib/session.svelte';

export type TrailRecord = Schema['AuditRecordBody'];

/** One act, or the same act by the same person several times a day. */
export interface Look {
  record: TrailRecord;
  times: number;
}

const LOOKS = new Set<string>([
  'entry.view',
  'document.download',
  'folder.zip',
  'link.open',
  'link.download',
  'paper.read',
  'citation.resolve',
  'citation.read',
  'citation.fetch',
]);

export function isLook(record: TrailRecord): boolean {
  return LOOKS.has(record.act);
}

function who(record: TrailRecord): string {
  if (record.actor_id && record.actor_id === session.account?.id) return say(details.you);
  if (record.actor_name) return record.actor_name;
  return say(record.channel === 'link' || record.act.startsWith('link.') ? details.linkBearer : details.system);
}

export function isOwn(record: TrailRecord): boolean {
  return record.actor_id === session.account?.id;
}

/** Who did what. */
export function sentenceOf(record: TrailRecord): string {
  const { recipient_name: recipient, conclusion } = (record.detail ?? {}) as Record<string, unknown>;
  if (record.act === 'grant.create' && typeof recipient === 'string') {
    return say(sharedWith.sentence, who(record), recipient);
  }
  if (record.act === 'signature.judge' && typeof conclusion === 'string' && conclusion in concluded) {
    return say(judgedSignatures.sentence, who(record), say(concluded[conclusion as keyof typeof concluded]));
  }
  const known = record.act in acts ? (record.act as keyof typeof acts) : 'other';
  return say(acts[known], who(record));
}

/** In which way, where that is worth a word. */
export function wayOf(record: TrailRecord): string[] {
  const said: string[] = [];
  if (record.on_behalf_of) said.push(say(details.onBehalf));
  if (record.channel === 'api') said.push(say(details.byProgram));
  if (record.channel === 'command_line') said.push(say(details.byCommand));
  return said;
}

/** Neighbours that say the same are told once. */
export function gathered(records: readonly TrailRecord[]): Look[] {
  const looks: Look[] = [];
  for (const record of records) {
    const last = looks.at(-1);
    if (last && isSame(last.record, record)) last.times += 1;
    else looks.push({ record, times: 1 });
  }
  return looks;
}

function isSame(one: TrailRecord, other: TrailRecord): boolean {
  const day = (record: TrailRecord) => new Date(record.at).toDateString();
  return (
    one.act === other.act &&
    one.actor_id === other.actor_id &&
    one.actor_id !== null &&
    one.purpose === other.purpose &&
    one.channel === other.channel &&
    one.outcome === other.outcome &&
    isLook(one) &&
    day(one) === day(other)
  );
}
