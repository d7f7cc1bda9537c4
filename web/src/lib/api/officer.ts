/** What officers ask about dossiers, and do to them. Each says for what, in `Kho-Purpose`: the owner reads it. */
import { purpose } from '../purpose.svelte';
import { api, ask, headers, ifMatch, refused, type Schema } from './client';
import { Problem } from './problem';

export type Dossier = Schema['DossierDetail'];
export type NewDossier = Schema['NewDossierBody'];
export type Wanted = Schema['NewMoveBody'];

/** Headers hold no Vietnamese: the purpose goes percent-encoded. */
export function forPurpose(): { 'Kho-Purpose': string } {
  return { 'Kho-Purpose': encodeURIComponent(purpose.text) };
}

const at = (dossier: string) => ({ path: { dossier }, header: forPurpose() });
const paperAt = (dossier: string, attachment: string) => ({ path: { dossier, attachment }, header: forPurpose() });

export function lookUpOwner(identity: string): Promise<Schema['LookedUpOwner']> {
  const params = { query: { identity_number: identity }, header: forPurpose() };
  return ask(api.GET('/api/v1/officer/owners', { params }));
}

export async function findProcedures(
  words: string,
  owner: string,
  signal: AbortSignal,
): Promise<Schema['ProcedureBody'][]> {
  const params = { query: { q: words, for: owner, limit: 8 } };
  return (await ask(api.GET('/api/v1/catalogue/procedures', { params, signal }))).items;
}

/** A procedure with what it asks before it is known which components are needed. */
export function procedureOf(code: string): Promise<Schema['Procedure']> {
  return ask(api.GET('/api/v1/catalogue/procedures/{code}', { params: { path: { code } } }));
}

export function openDossier(body: NewDossier): Promise<Dossier> {
  return ask(api.POST('/api/v1/dossiers', { params: { header: forPurpose() }, body }));
}

export function viewDossier(dossier: string): Promise<Dossier> {
  return ask(api.GET('/api/v1/dossiers/{dossier}', { params: at(dossier) }));
}

/** By the code that stands on the slip. */
export function dossierByCode(code: string): Promise<Dossier> {
  const params = { path: { code }, header: forPurpose() };
  return ask(api.GET('/api/v1/officer/dossiers/by-code/{code}', { params }));
}

export function listDossiers(query: {
  agency?: string;
  state?: string;
  cursor?: string;
}): Promise<Schema['DossierList']> {
  return ask(api.GET('/api/v1/officer/dossiers', { params: { query: { ...query, limit: 50 } } }));
}

export function proposalsFor(dossier: string): Promise<Schema['ProposalsBody']> {
  return ask(api.GET('/api/v1/dossiers/{dossier}/proposals', { params: at(dossier) }));
}

export function askConsent(dossier: string, body: Schema['NewConsentBody']): Promise<Schema['ConsentBody']> {
  return ask(api.POST('/api/v1/dossiers/{dossier}/consents', { params: at(dossier), body }));
}

/** With the code that the owner told. */
export function confirmConsent(dossier: string, consent: string, code: string): Promise<Schema['ConsentBody']> {
  const params = { path: { dossier, consent }, header: forPurpose() };
  return ask(api.POST('/api/v1/dossiers/{dossier}/consents/{consent}/confirm', { params, body: { code } }));
}

export function attachPaper(dossier: string, component: string, entry: string): Promise<Schema['AttachedBody']> {
  const params = { path: { dossier, component }, header: forPurpose() };
  const body = { entry_id: entry };
  return ask(api.PUT('/api/v1/dossiers/{dossier}/components/{component}/attachments', { params, body }));
}

export async function detachPaper(dossier: string, attachment: string): Promise<void> {
  const params = paperAt(dossier, attachment);
  await ask(api.DELETE('/api/v1/dossiers/{dossier}/attachments/{attachment}', { params }));
}

export function acceptPaper(dossier: string, attachment: string): Promise<Schema['AttachmentBody']> {
  const params = paperAt(dossier, attachment);
  return ask(api.POST('/api/v1/dossiers/{dossier}/attachments/{attachment}/accept', { params }));
}

export function refusePaper(
  dossier: string,
  attachment: string,
  body: Schema['RefusalBody'],
): Promise<Schema['AttachmentBody']> {
  const params = paperAt(dossier, attachment);
  return ask(api.POST('/api/v1/dossiers/{dossier}/attachments/{attachment}/refuse', { params, body }));
}

/** A move that the officer saw to be possible at this revision. */
export function moveDossier({ id, rev }: Pick<Dossier, 'id' | 'rev'>, body: Wanted): Promise<Dossier> {
  const params = { path: { dossier: id }, header: { ...ifMatch(rev), ...forPurpose() } };
  return ask(api.POST('/api/v1/dossiers/{dossier}/moves', { params, body }));
}

/** The bytes of a paper in a dossier, or its picture; null where there is no picture. Each look at the bytes is kept in the owner's trail. */
export async function paperBytes(
  dossier: string,
  attachment: string,
  what: 'content' | 'thumbnail',
  signal: AbortSignal,
): Promise<Blob | null> {
  const address = `/api/v1/dossiers/${dossier}/attachments/${attachment}/${what}`;
  const answer = await fetch(address, { headers: { ...headers(), ...forPurpose() }, signal }).catch(
    (thrown: unknown) => {
      if (signal.aborted) throw thrown;
      throw Problem.offline();
    },
  );
  if (answer.ok) return answer.blob();
  const problem = await refused(answer);
  if (problem.code === 'no_thumbnail') return null;
  throw problem;
}
