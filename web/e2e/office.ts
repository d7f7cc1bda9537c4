/** A commune office with a procedure of its own, and its officer, for tests of dossiers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { components } from '../src/lib/api/schema';
import type { Server } from './server';
import { Vault } from './vault';

type Schema = components['schemas'];
type Entry = Schema['EntryBody'];
export type Detail = Schema['DossierDetail'];

export const AGENCY = { code: 'H99.20.09', name: 'Ủy ban nhân dân xã Nà Phìn' };
export const PROCEDURE = { code: '9.000007', name: 'Đăng ký khai sinh lưu động' };

const words = (vi: string, en: string) => ({ vi, en });
const component = (code: string, vi: string, en: string, accepts: string[]) => ({
  code,
  name: words(vi, en),
  need: 'required',
  accepts,
});

/** Four papers are asked for, and a mandate of whoever says so. */
export const CATALOGUE = {
  format: 'kho-catalogue/1',
  agencies: [{ code: AGENCY.code, name: words(AGENCY.name, 'People’s Committee of Nà Phìn'), level: 'commune' }],
  procedures: [
    {
      code: PROCEDURE.code,
      name: words(PROCEDURE.name, 'Mobile registration of a birth'),
      field: { code: 'civil-status', name: words('Hộ tịch', 'Civil status') },
      level: 'commune',
      for: ['person'],
      working_days: 5,
      online: true,
      conditions: [{ code: 'authorised', question: words('Bạn có nộp thay người khác không?', 'Is it for another?') }],
      components: [
        component('TK', 'Tờ khai', 'Form', []),
        component('GT', 'Giấy tờ tùy thân', 'Proof of identity', ['identity-card', 'passport']),
        component('KH', 'Giấy chứng nhận kết hôn', 'Marriage certificate', ['marriage-certificate']),
        component('CT', 'Xác nhận cư trú', 'Proof of residence', ['residence-confirmation']),
        {
          ...component('UQ', 'Giấy ủy quyền', 'Mandate', ['court-decision']),
          need: 'conditional',
          when: 'authorised',
        },
      ],
      results: [],
    },
  ],
};

/** Puts the office and its procedure into the catalogue. */
export async function openOffice(server: Server): Promise<void> {
  const file = join(server.data, 'office.json');
  await writeFile(file, JSON.stringify(CATALOGUE));
  await server.command('catalogue', 'import', file, '--keep-missing');
}

/** What an officer of the office does, through the API. */
export class Officer {
  private constructor(readonly vault: Vault) {}

  static async of(server: Server): Promise<Officer> {
    const person = await server.person('Trần Văn Nam');
    await server.command('user', 'role', person.login, 'officer', '--agency', AGENCY.code);
    return new Officer(await Vault.of(server, person, 'Giải quyết hồ sơ'));
  }

  move(dossier: string, move: Schema['DossierMove'], more: Partial<Schema['NewMoveBody']> = {}): Promise<Detail> {
    return this.vault.post(`/dossiers/${dossier}/moves`, { move, ...more });
  }

  /** The paper that lies in a component now. */
  async paperIn(dossier: string, code: string): Promise<Schema['AttachmentBody']> {
    const detail = await this.vault.get<Detail>(`/dossiers/${dossier}`);
    const found = detail.components.find((one) => one.code === code)?.attachments.at(-1);
    if (!found) throw new Error(`nothing is in ${code}`);
    return found;
  }

  async refuse(dossier: string, code: string, note: string): Promise<void> {
    const { id } = await this.paperIn(dossier, code);
    await this.vault.post(`/dossiers/${dossier}/attachments/${id}/refuse`, { reason_code: 'unreadable', note });
  }

  async accept(dossier: string, code: string): Promise<void> {
    const { id } = await this.paperIn(dossier, code);
    await this.vault.post(`/dossiers/${dossier}/attachments/${id}/accept`, {});
  }

  /** Opens a dossier at the counter for whoever stands there, and asks for the code. */
  async askAtCounter(owner: Vault): Promise<{ dossier: Detail; consent: Schema['ConsentBody'] }> {
    const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code, owner_identity: owner.person.identity };
    const dossier = await this.vault.post<Detail>('/dossiers', body);
    const consent = await this.vault.post<Schema['ConsentBody']>(`/dossiers/${dossier.id}/consents`, {
      kind: 'one_time_code',
    });
    return { dossier, consent };
  }
}

const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);

/** Papers of Hoa that answer three of the four components, and a passport that ended. */
export async function fillVault(vault: Vault): Promise<Record<'card' | 'passport' | 'marriage' | 'residence', Entry>> {
  const folder = (await vault.defaultFolder('identity')).id;
  const add = async (name: string, type: string, facts: Schema['EntryPatch']) => {
    const paper = await vault.addPdf(folder, `${name}.pdf`, type);
    return vault.patch<Entry>(`/entries/${paper.id}`, paper.rev, { title: name, type_code: type, ...facts });
  };
  return {
    card: await add('Căn cước của Hoa', 'identity-card', { issued_on: daysAgo(900), authority: 'Bộ Công an' }),
    passport: await add('Hộ chiếu của Hoa', 'passport', { issued_on: '2014-05-10', expires_on: '2024-05-10' }),
    marriage: await add('Giấy kết hôn', 'marriage-certificate', { issued_on: '2018-01-20', authority: AGENCY.name }),
    residence: await add('Xác nhận cư trú của Hoa', 'residence-confirmation', { issued_on: daysAgo(30) }),
  };
}

/** A dossier of four papers that was handed in, by the API. */
export async function handedIn(vault: Vault, papers: readonly Entry[]): Promise<Detail> {
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const dossier = await vault.post<Detail>('/dossiers', body);
  for (const [index, paper] of papers.entries()) {
    const code = ['TK', 'GT', 'KH', 'CT'][index] ?? '';
    await vault.put(`/dossiers/${dossier.id}/components/${code}/attachments`, { entry_id: paper.id });
  }
  return vault.post<Detail>(`/dossiers/${dossier.id}/moves`, { move: 'submit' });
}

/** Takes back what was opened for a person at the counter, and what was consented to there. */
export async function takeBack(owner: Vault): Promise<void> {
  const { items } = await owner.get<{ items: Schema['ListedConsent'][] }>('/consents');
  const isAtCounter = ({ kind, standing }: Schema['ListedConsent']) =>
    kind === 'one_time_code' && (standing === 'pending' || standing === 'active');
  for (const { id, dossier_id } of items.filter(isAtCounter)) {
    await owner.remove(`/consents/${id}`);
    await owner.post(`/dossiers/${dossier_id}/moves`, { move: 'withdraw' });
  }
}

/** What the stage shows of dossiers. */
export interface StagedDossiers {
  officer: Officer;
  /** One that is being filled in, with one paper in it. */
  draft: string;
  /** One that was handed in and for which more is asked, because a paper was refused. */
  supplement: string;
}

export async function stageDossiers(
  server: Server,
  hoa: Vault,
  papers: Record<'card' | 'marriage' | 'form' | 'residence', Entry>,
): Promise<StagedDossiers> {
  await openOffice(server);
  const officer = await Officer.of(server);
  const sent = await handedIn(hoa, [papers.form, papers.card, papers.marriage, papers.residence]);
  await officer.move(sent.id, 'receive');
  await officer.accept(sent.id, 'GT');
  await officer.refuse(sent.id, 'KH', 'Ảnh chụp bị mờ ở mặt sau.');
  const note = 'Xin chụp lại giấy chứng nhận kết hôn.';
  await officer.move(sent.id, 'ask_supplement', { reason_code: 'papers_refused', note });
  const body = { procedure: PROCEDURE.code, receiving_agency: AGENCY.code };
  const draft = await hoa.post<Detail>('/dossiers', body);
  await hoa.put(`/dossiers/${draft.id}/components/GT/attachments`, { entry_id: papers.card.id });
  return { officer, draft: draft.id, supplement: sent.id };
}
