/** A counter for tests of dossiers: an agency with an officer, a procedure of four components, and a citizen who has the papers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { components } from '../src/lib/api/schema';
import type { Person, Server } from './server';
import type { Vault } from './vault';

type Schemas = components['schemas'];
export type Dossier = Schemas['DossierDetail'];

export const AGENCY = { code: 'H99.20.05', name: 'UBND xã Suối Mơ' };
export const PROCEDURE = 'Đăng ký thử bốn giấy tờ';
export const PURPOSE = 'Tiếp nhận và giải quyết hồ sơ';

const words = (vi: string) => ({ vi, en: `${vi} (en)` });

const PAPERS = [
  { code: 'birth', name: 'Giấy khai sinh', type: 'birth-certificate' },
  { code: 'identity', name: 'Căn cước', type: 'identity-card', also: 'passport' },
  { code: 'marriage', name: 'Giấy chứng nhận kết hôn', type: 'marriage-certificate' },
  { code: 'diploma', name: 'Bằng tốt nghiệp', type: 'diploma' },
] as const;

export const catalogue = {
  format: 'kho-catalogue/1',
  agencies: [{ code: AGENCY.code, name: words(AGENCY.name), level: 'commune', parent: null }],
  procedures: [
    {
      code: '9.000004',
      name: words(PROCEDURE),
      field: { code: 'civil-status', name: words('Hộ tịch') },
      level: 'commune',
      for: ['person'],
      working_days: 5,
      online: true,
      components: PAPERS.map((paper) => ({
        code: paper.code,
        name: words(`Bản ${paper.name.toLowerCase()}`),
        need: 'required',
        accepts: 'also' in paper ? [paper.type, paper.also] : [paper.type],
      })),
    },
  ],
};

/** Brings the procedure and the agency into the server; again, nothing changes. */
export async function openCounter(server: Server): Promise<void> {
  const file = join(server.data, 'counter.json');
  await writeFile(file, JSON.stringify(catalogue));
  await server.command('catalogue', 'import', file, '--keep-missing');
}

/** A new officer of the agency. */
export async function officerOf(server: Server): Promise<Person> {
  const person = await server.person('Vũ Thị Lan');
  await server.command('user', 'role', person.login, 'officer', '--agency', AGENCY.code);
  return person;
}

async function paper(vault: Vault, name: string, type: string): Promise<Schemas['EntryBody']> {
  const added = await vault.addPdf(vault.root, `${name}.pdf`, type);
  const changes = { title: name, type_code: type, issued_on: '2024-03-12' };
  return vault.patch(`/entries/${added.id}`, added.rev, changes);
}

/** Puts the papers of the first components into the vault. */
export async function withPapers(vault: Vault, count: number = PAPERS.length): Promise<Schemas['EntryBody'][]> {
  const added = [];
  for (const { name, type } of PAPERS.slice(0, count)) added.push(await paper(vault, name, type));
  return added;
}

/** A second paper that answers the component of the identity. */
export const withPassport = (vault: Vault) => paper(vault, 'Hộ chiếu', 'passport');

/** A dossier that its owner filled in and handed in online. */
export async function submitted(vault: Vault): Promise<Dossier> {
  const papers = await withPapers(vault);
  const body = { procedure: '9.000004', receiving_agency: AGENCY.code };
  const dossier = await vault.post<Dossier>('/dossiers', body);
  for (const [index, { code }] of PAPERS.entries()) {
    await vault.put(`/dossiers/${dossier.id}/components/${code}/attachments`, { entry_id: papers[index]?.id });
  }
  return vault.post(`/dossiers/${dossier.id}/moves`, { move: 'submit' });
}

/** The code that the owner reads from the phone. */
export async function codeOf(vault: Vault): Promise<string> {
  const { items } = await vault.get<{ items: Schemas['NoticeBody'][] }>('/notices');
  const code = items.find(({ kind }) => kind === 'consent_asked')?.detail.confirm_code;
  if (!code) throw new Error('nobody asked for a code');
  return code;
}
