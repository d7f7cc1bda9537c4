/** For which agencies the signed-in person works as an officer. */
import type { Schema } from '../lib/api/client';
import { session } from '../lib/session.svelte';

export type PostAgency = Schema['PostAgency'];

export function agenciesOfOfficer(): PostAgency[] {
  return session.posts.flatMap(({ role, agency }) => (role === 'officer' && agency ? [agency] : []));
}
