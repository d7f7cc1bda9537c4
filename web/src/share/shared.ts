/** What was shared, as entries of a list. */
import type { Entry } from '../entries/entry';
import type { Sort, View } from '../entries/listing.svelte';
import { api, ask, type Schema } from '../lib/api/client';
import { count, day } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { sharing } from '../lib/i18n/words/sharing';
import { holderOf, type Grant } from './tree';
import { untilWhen } from './until';

/** What both lists are given. */
export interface SharedListProps {
  vault: string;
  view: View;
  sort: Sort;
  onsort: (sort: Sort) => void;
}

export const SHARED_SORTS = ['name', 'updated_at'] as const;

export interface Given extends Entry {
  /** The latest grants. */
  grants: Grant[];
  recipientCount: number;
}

export interface Received extends Entry {
  /** Its own, as `id` is that of the grant: two people may have shared the same entry. */
  entryId: string;
  grant: Grant;
}

export function givenOf({ entry, grants, recipient_count }: Schema['GivenBody']): Given {
  // The time that this list is about is that of sharing.
  return { ...entry, updated_at: grants[0]?.created_at ?? entry.updated_at, grants, recipientCount: recipient_count };
}

export function receivedOf({ entry, grant }: Schema['ReceivedBody']): Received {
  return { ...entry, id: grant.id, entryId: entry.id, updated_at: grant.created_at, grant };
}

/** “Trần Văn Minh, Lò Thị Mai và 3 nơi khác” */
export function recipientsInWords({ grants, recipientCount }: Given): string {
  const names = grants.slice(0, 2).map(holderOf).join(', ');
  const others = recipientCount - Math.min(grants.length, 2);
  return others > 0 ? say(sharing.andOthers, names, count(others)) : names;
}

/** When it ends; of several, when the first does. */
export function endInWords({ grants, recipientCount }: Given): string {
  if (recipientCount === 1) return untilWhen(grants[0]?.expires_at);
  const ends = grants.flatMap((grant) => (grant.expires_at ? [grant.expires_at] : [])).sort();
  return ends[0] ? say(sharing.firstEnd, day(ends[0])) : say(sharing.noEnd);
}

export function giverInWords(grant: Grant): string {
  if (grant.shared_by.kind !== 'organisation') return grant.shared_by.name;
  return say(sharing.giverOf, grant.shared_by_person, grant.shared_by.name);
}

/** Revokes all that a vault gave of an entry, and tells as one report what ended. */
export async function revokeAll(item: Given): Promise<Schema['RevokeReport']> {
  const total: Schema['RevokeReport'] = { closed: 0, recipients: 0, links: 0, entries: 0, items: [] };
  const path = { entry: item.id };
  for (;;) {
    const page = await ask(api.GET('/api/v1/entries/{entry}/grants', { params: { path, query: { limit: 200 } } }));
    // What reaches it through a folder, or was shared on, is not this vault's own giving.
    const own = page.items.filter((grant) => grant.entry_id === item.id && isOnTop(grant, page.items));
    if (own.length === 0) return total;
    for (const grant of own) add(total, await revoke(grant.id));
  }
}

function isOnTop(grant: Grant, all: readonly Grant[]): boolean {
  return !all.some((other) => other.id === grant.parent_id);
}

export function revoke(grant: string): Promise<Schema['RevokeReport']> {
  return ask(api.DELETE('/api/v1/grants/{grant}', { params: { path: { grant } } }));
}

function add(total: Schema['RevokeReport'], report: Schema['RevokeReport']): void {
  total.closed += report.closed;
  total.recipients += report.recipients;
  total.links += report.links;
  total.items.push(...report.items);
}
