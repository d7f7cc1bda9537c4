/** Changes of who uses an organisation's vault. */
import { api, ask } from '../lib/api/client';
import type { Member, Role } from './roles';

/** `member` is a login name or the id of an account. */
export function putMember(vault: string, member: string, role: Role): Promise<Member> {
  const params = { path: { vault, member } };
  return ask(api.PUT('/api/v1/vaults/{vault}/members/{member}', { params, body: { role } }));
}

export async function removeMember(vault: string, member: string): Promise<void> {
  await ask(api.DELETE('/api/v1/vaults/{vault}/members/{member}', { params: { path: { vault, member } } }));
}
