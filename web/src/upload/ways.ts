/** The two ways in which bytes go to the server: small files whole, others in parts that outlive a lost network. */
import { headers } from '../lib/api/client';
import { Problem } from '../lib/api/problem';
import type { KeptFacts } from './kept';

/** Files below this size go whole. */
const WHOLE_BYTES = 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
const UPLOADS = '/api/v1/uploads';

export type Errand = Pick<
  KeptFacts,
  'name' | 'folderId' | 'documentId' | 'seenRev' | 'comment' | 'onConflict' | 'uploadUrl'
> & { file: File };

export interface Told {
  /** The address at which sending can be gone on with. */
  address: (url: string) => void;
  progress: (bytes: number) => void;
}

export function goesWhole(file: Blob): boolean {
  return file.size < WHOLE_BYTES;
}

/** Sends a file; answers with the id of the document, or throws a `Problem`. */
export async function send(errand: Errand, signal: AbortSignal, told: Told): Promise<string> {
  if (goesWhole(errand.file)) return sendWhole(errand, signal, told);
  return sendInParts(errand, signal, told);
}

function sendWhole({ file, ...errand }: Errand, signal: AbortSignal, told: Told): Promise<string> {
  const form = new FormData();
  if (errand.comment) form.append('comment', errand.comment);
  if (!errand.documentId) {
    form.append('name', errand.name);
    form.append('on_conflict', errand.onConflict);
  }
  // Without the browser's guess of the type: the server looks at the bytes.
  form.append('file', new Blob([file]), errand.name);
  const address = errand.documentId
    ? `/api/v1/entries/${errand.documentId}/versions`
    : `/api/v1/entries/${errand.folderId}/documents`;
  const request = new XMLHttpRequest();
  request.open('POST', address);
  request.responseType = 'json';
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  if (errand.documentId) request.setRequestHeader('If-Match', `"${errand.seenRev}"`);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => told.progress(Math.min(event.loaded, file.size));
    request.onload = () => {
      const body = request.response as { id?: string } | null;
      if (request.status === 201 && body?.id) resolve(body.id);
      else reject(Problem.from(body, request.status));
    };
    request.onerror = () => reject(Problem.offline());
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(form);
  });
}

async function sendInParts({ file, ...errand }: Errand, signal: AbortSignal, told: Told): Promise<string> {
  const { Upload } = await import('tus-js-client').catch(() => Promise.reject(Problem.offline()));
  return new Promise((resolve, reject) => {
    let entryId: string | undefined;
    const upload = new Upload(file, {
      // With an address to go on at, none to begin at: the client would begin anew whenever the server is down for a moment.
      endpoint: errand.uploadUrl ? null : UPLOADS,
      uploadUrl: errand.uploadUrl,
      chunkSize: PART_BYTES,
      // Waiting and trying again is the queue's, which also waits for the network and the session.
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: metadata(errand),
      onBeforeRequest: (request) => {
        for (const [name, value] of Object.entries(headers())) request.setHeader(name, value);
      },
      onAfterResponse: (_, response) => {
        entryId = response.getHeader('Kho-Entry-Id') ?? entryId;
      },
      onUploadUrlAvailable: () => {
        if (upload.url) told.address(upload.url);
        if (signal.aborted) void upload.abort();
      },
      onProgress: (bytes) => told.progress(bytes),
      onSuccess: () => (entryId ? resolve(entryId) : reject(Problem.of(null))),
      onError: (error) => reject('originalResponse' in error ? problemOf(error.originalResponse) : Problem.of(error)),
    });
    signal.addEventListener('abort', () => {
      // Not while it is being begun: the server would keep room for what nobody knows the address of.
      if (upload.url) void upload.abort();
      reject(signal.reason);
    });
    upload.start();
  });
}

function metadata(errand: Omit<Errand, 'file'>): Record<string, string> {
  const said: Record<string, string> = { filename: errand.name, on_conflict: errand.onConflict };
  if (errand.comment) said.comment = errand.comment;
  if (errand.documentId) {
    said.document_id = errand.documentId;
    said.if_match = String(errand.seenRev);
  } else {
    said.folder_id = errand.folderId;
  }
  return said;
}

function problemOf(response: { getStatus: () => number; getBody: () => string } | null): Problem {
  if (!response || response.getStatus() === 0) return Problem.offline();
  try {
    return Problem.from(JSON.parse(response.getBody()), response.getStatus());
  } catch {
    return Problem.from(null, response.getStatus());
  }
}

/** Tells the server that the rest will not come, so that it gives the room back. A failure is left to the upload's end of life. */
export async function giveUp(uploadUrl: string): Promise<void> {
  await fetch(uploadUrl, { method: 'DELETE', headers: { ...headers(), 'Tus-Resumable': '1.0.0' } }).catch(() => {});
}
