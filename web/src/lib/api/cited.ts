/** What citation codes stand for, as officers ask. Each says for what, in `Kho-Purpose`: the owner reads it. */
import { purpose } from '../purpose.svelte';
import type { CitationUse } from './citations';
import { api, ask, type Schema } from './client';

export type CitedPaper = Schema['CitedPaperBody'];

/** Headers hold no Vietnamese: the purpose goes percent-encoded. */
const forPurpose = () => ({ 'Kho-Purpose': encodeURIComponent(purpose.text) });

/** What a code stands for, as far as it is told; an officer says for what, and for which dossier. */
export function resolve(code: string, dossier?: string): Promise<Schema['CitationAnswer']> {
  const params = { path: { code }, query: { dossier }, header: forPurpose() };
  return ask(api.GET('/api/v1/citations/{code}', { params }));
}

/** Asks the owner to see the paper outside of any dossier. */
export function askOwner(code: string, agency: string): Promise<CitationUse> {
  const params = { path: { code }, header: forPurpose() };
  return ask(api.POST('/api/v1/citations/{code}/requests', { params, body: { agency } }));
}

/** Asks the owner of somebody else's paper to give it to a component of a dossier. */
export function askForCited(dossier: string, component: string, citation: string): Promise<Schema['PaperRequestBody']> {
  const params = { path: { dossier, component }, header: forPurpose() };
  const body = { citation };
  return ask(api.POST('/api/v1/dossiers/{dossier}/components/{component}/requests', { params, body }));
}

/** Puts the paper into a component of a dossier. */
export async function attachCited(dossier: string, component: string, citation: string) {
  const params = { path: { dossier, component }, header: forPurpose() };
  const body = { citation };
  const address = '/api/v1/dossiers/{dossier}/components/{component}/attachments';
  return (await ask(api.PUT(address, { params, body }))).attachment;
}
