/** Grants as they hang together: beneath each, those that were shared on from it. */
import type { Schema } from '../lib/api/client';
import { count } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { sharing } from '../lib/i18n/words/sharing';

export type Grant = Schema['GrantBody'];

export interface Branch {
  grant: Grant;
  beneath: Branch[];
}

/** A grant whose parent is not in the list stands at the top. */
export function treeOf(grants: readonly Grant[]): Branch[] {
  const branches = new Map(grants.map((grant) => [grant.id, { grant, beneath: [] as Branch[] }]));
  const top: Branch[] = [];
  for (const branch of branches.values()) {
    const above = branch.grant.parent_id ? branches.get(branch.grant.parent_id) : undefined;
    (above?.beneath ?? top).push(branch);
  }
  return top;
}

/** How many hang beneath, at any depth. */
export function sizeBeneath(branch: Branch): number {
  return branch.beneath.reduce((sum, child) => sum + 1 + sizeBeneath(child), 0);
}

/** Who holds it. */
export function holderOf(grant: Grant): string {
  if (grant.recipient) return grant.recipient.name;
  return say(grant.link?.has_password ? sharing.linkWithPassword : sharing.link);
}

/** How often a link was used; empty for people. */
export function usesOf(grant: Grant): string {
  if (!grant.link) return '';
  const done = count(grant.link.downloads);
  const most = grant.link.max_downloads;
  return most == null ? say(sharing.downloads, done) : say(sharing.downloadsOf, done, count(most));
}
