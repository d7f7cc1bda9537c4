/** What is asked about dossiers, and done to them. */
import { api, ask, ifMatch, type Schema } from './client';

export type Dossier = Schema['DossierBody'];
export type DossierDetail = Schema['DossierDetail'];
export type DossierComponent = Schema['ComponentBody'];
export type Attachment = Schema['AttachmentBody'];
export type Proposals = Schema['ComponentProposalsBody'];
export type DossierState = Schema['DossierState'];
export type PaperRequest = Schema['PaperRequestBody'];
export type Consent = Schema['ListedConsent'];
export type Receipt = Schema['ReceiptBody'];
export type Procedure = Schema['ProcedureBody'];
export type Agency = Schema['CatalogueAgency'];

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

const at = (dossier: string) => ({ path: { dossier } });

export function dossiersOf(vault: string, cursor?: string): Promise<Page<Dossier>> {
  return ask(api.GET('/api/v1/dossiers', { params: { query: { vault, cursor, limit: 50 } } }));
}

export function dossier(id: string): Promise<DossierDetail> {
  return ask(api.GET('/api/v1/dossiers/{dossier}', { params: at(id) }));
}

/** Which papers of the vault answer each component, by the component's code. */
export async function proposalsFor(id: string): Promise<Map<string, Proposals>> {
  const found = await ask(api.GET('/api/v1/dossiers/{dossier}/proposals', { params: at(id) }));
  return new Map(found.components.map((component) => [component.component_code, component]));
}

export function open(body: Schema['NewDossierBody']): Promise<DossierDetail> {
  return ask(api.POST('/api/v1/dossiers', { body }));
}

/** Changes conditions, contact or summary of a dossier that nobody changed since it was seen. */
export function change({ id, rev }: Dossier, body: Schema['DossierPatch']): Promise<DossierDetail> {
  return ask(api.PATCH('/api/v1/dossiers/{dossier}', { params: { ...at(id), header: ifMatch(rev) }, body }));
}

/** Moves a dossier on. What happens to its papers meanwhile is no reason to refuse it. */
export function move(id: string, move: Schema['DossierMove']): Promise<DossierDetail> {
  return ask(api.POST('/api/v1/dossiers/{dossier}/moves', { params: at(id), body: { move } }));
}

/** Puts a paper into a component, in the place of another where one is named. */
export async function attach(id: string, component: string, entry: string, replaces?: string): Promise<Attachment> {
  const params = { path: { dossier: id, component } };
  const body = { entry_id: entry, ...(replaces ? { replaces } : {}) };
  return (await ask(api.PUT('/api/v1/dossiers/{dossier}/components/{component}/attachments', { params, body })))
    .attachment;
}

export async function detach(id: string, attachment: string): Promise<void> {
  const params = { path: { dossier: id, attachment } };
  await ask(api.DELETE('/api/v1/dossiers/{dossier}/attachments/{attachment}', { params }));
}

/** Asks the owner of somebody else's paper to give it to a component. */
export function askForPaper(id: string, component: string, citation: string): Promise<PaperRequest> {
  const params = { path: { dossier: id, component } };
  return ask(api.POST('/api/v1/dossiers/{dossier}/components/{component}/requests', { params, body: { citation } }));
}

export async function withdrawPaperRequest(id: string, request: string): Promise<void> {
  const params = { path: { dossier: id, request } };
  await ask(api.DELETE('/api/v1/dossiers/{dossier}/requests/{request}', { params }));
}

export function consentsOf(vault: string, cursor?: string): Promise<Page<Consent>> {
  return ask(api.GET('/api/v1/consents', { params: { query: { vault, cursor, limit: 50 } } }));
}

export async function withdrawConsent(consent: string): Promise<void> {
  await ask(api.DELETE('/api/v1/consents/{consent}', { params: { path: { consent } } }));
}

export function receiptsOf(vault: string, cursor?: string): Promise<Page<Receipt>> {
  return ask(api.GET('/api/v1/receipts', { params: { query: { vault, cursor, limit: 50 } } }));
}

/** Procedures that a kind of owner may ask for, by the beginnings of words, with or without their marks. */
export async function findProcedures(q: string, owner: string): Promise<Procedure[]> {
  const query = { q, for: owner, limit: 30 };
  return (await ask(api.GET('/api/v1/catalogue/procedures', { params: { query } }))).items;
}

export function procedure(code: string): Promise<Schema['Procedure']> {
  return ask(api.GET('/api/v1/catalogue/procedures/{code}', { params: { path: { code } } }));
}

export async function findAgencies(q: string): Promise<Agency[]> {
  return (await ask(api.GET('/api/v1/catalogue/agencies', { params: { query: { q, limit: 30 } } }))).items;
}
