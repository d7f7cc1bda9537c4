/** What members may do, in words. */
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { members } from '../lib/i18n/words/members';

export type Member = Schema['MemberBody'];
export type Role = Schema['MemberRole'];

export const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

export function roleName(role: string): string {
  if (role === 'owner') return say(members.owner);
  return say(role === 'editor' ? members.editor : members.viewer);
}

export function roleMeaning(role: Role): string {
  if (role === 'owner') return say(members.ownerMay);
  return say(role === 'editor' ? members.editorMay : members.viewerMay);
}

export const roleChoices = () => ROLES.map((role) => ({ id: role, label: roleName(role) }));
