/** What officers ask and do about papers that are made files of or compared with their originals. */
import { api, ask, headers, type Schema } from './client';
import { forPurpose } from './officer';
import { Problem } from './problem';

export type Digitisation = Schema['DigitisationBody'];
export type Work = Schema['DigitisationWork'];
export type Said = Schema['ScanBody'];

/** Where a scan goes, under a key by which sending it again is known as the same. */
export interface Place {
  dossier: string;
  component: string;
  key: string;
}

export function listDigitisation(query: { agency?: string; cursor?: string }): Promise<Schema['DigitisationList']> {
  return ask(api.GET('/api/v1/officer/digitisation', { params: { query: { ...query, limit: 50 } } }));
}

/** Sends a scan; `told` hears how many bytes went. */
export function sendScan(
  { dossier, component, key }: Place,
  said: Said,
  file: Blob,
  signal: AbortSignal,
  told: (bytes: number) => void,
): Promise<Schema['AttachedBody']> {
  const form = new FormData();
  form.append('metadata', JSON.stringify(said));
  // Without the browser's guess of the type: the server looks at the bytes.
  form.append('file', new Blob([file]), said.name);
  const request = new XMLHttpRequest();
  request.open('PUT', `/api/v1/dossiers/${dossier}/components/${encodeURIComponent(component)}/files/${key}`);
  request.responseType = 'json';
  for (const [name, value] of Object.entries({ ...headers(), ...forPurpose() })) request.setRequestHeader(name, value);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => told(Math.min(loaded, file.size));
    request.onload = () => {
      if (request.status === 200 || request.status === 201) resolve(request.response as Schema['AttachedBody']);
      else reject(Problem.from(request.response, request.status));
    };
    request.onerror = () => reject(Problem.offline());
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(form);
  });
}

const ADDRESS = '/api/v1/dossiers/{dossier}/attachments/{attachment}/comparison';

/** Says that a paper agrees with its original. */
export function comparePaper(dossier: string, attachment: string): Promise<Schema['AttachmentBody']> {
  return ask(api.PUT(ADDRESS, { params: { path: { dossier, attachment }, header: forPurpose() } }));
}

export function takeComparisonBack(dossier: string, attachment: string): Promise<Schema['AttachmentBody']> {
  return ask(api.DELETE(ADDRESS, { params: { path: { dossier, attachment }, header: forPurpose() } }));
}
