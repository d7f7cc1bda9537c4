/** A person's vault through the API, to arrange what a test of the page starts from. */
import { request, type APIRequestContext } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import type { components } from '../src/lib/api/schema';
import { PASSWORD, type Person, type Server } from './server';

type Entry = components['schemas']['EntryBody'];

export class Vault {
  private constructor(
    readonly person: Person,
    readonly id: string,
    /** The folder that holds the default folders. */
    readonly root: string,
    readonly api: APIRequestContext,
    readonly csrf: string,
    /** Why an officer asks; nobody else says. */
    private readonly purpose?: string,
  ) {}

  static async of(server: Server, person: Person, purpose?: string): Promise<Vault> {
    // Each request on a connection of its own: the server ends one that was idle for some seconds, perhaps just as it is used again.
    const extraHTTPHeaders = { Connection: 'close' };
    const api = await request.newContext({ baseURL: server.url, extraHTTPHeaders });
    const answer = await api.post('/api/v1/session', { data: { login: person.login, password: PASSWORD } });
    if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}`);
    const session = (await answer.json()) as components['schemas']['SessionBody'];
    const vaults = (await (await api.get('/api/v1/vaults')).json()) as { items: components['schemas']['VaultBody'][] };
    const own = vaults.items.find((vault) => vault.id === session.account.vault_id);
    if (!own) throw new Error('the person has no vault');
    return new Vault(person, own.id, own.root_id, api, session.csrf_token, purpose);
  }

  private headers(): Record<string, string> {
    const purpose: Record<string, string> = this.purpose ? { 'Kho-Purpose': encodeURIComponent(this.purpose) } : {};
    return { 'X-CSRF-Token': this.csrf, ...purpose };
  }

  /** The answer's body; a problem fails the test. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.api.get(`/api/v1${path}`, { headers: this.headers() });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async post<T>(path: string, data: unknown): Promise<T> {
    const answer = await this.api.post(`/api/v1${path}`, { data, headers: this.headers() });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async patch<T>(path: string, rev: number, data: unknown): Promise<T> {
    const headers = { ...this.headers(), 'If-Match': `"${rev}"` };
    const answer = await this.api.patch(`/api/v1${path}`, { data, headers });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async put<T>(path: string, data: unknown): Promise<T> {
    const answer = await this.api.put(`/api/v1${path}`, { data, headers: this.headers() });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async remove(path: string): Promise<void> {
    const answer = await this.api.delete(`/api/v1${path}`, { headers: this.headers() });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
  }

  /** What lies in a folder. */
  async children(folder: string): Promise<Entry[]> {
    return (await this.get<{ items: Entry[] }>(`/entries/${folder}/children`)).items;
  }

  /** One of the default folders, by its catalogue code. */
  async defaultFolder(code: string): Promise<Entry> {
    const found = (await this.children(this.root)).find((entry) => entry.system_code === code);
    if (!found) throw new Error(`no default folder ${code}`);
    return found;
  }

  async folder(parent: string, name: string): Promise<Entry> {
    return this.post(`/entries/${parent}/folders`, { name });
  }

  async add(folder: string, name: string, bytes: Buffer, mimeType = 'application/pdf'): Promise<Entry> {
    const answer = await this.api.post(`/api/v1/entries/${folder}/documents`, {
      multipart: { file: { name, mimeType, buffer: bytes } },
      headers: this.headers(),
    });
    if (!answer.ok()) throw new Error(`adding ${name} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as Entry;
  }

  /** Adds a PDF of one page that says `text` (no diacritics: the built-in fonts have none). */
  async addPdf(folder: string, name: string, text = 'Kho'): Promise<Entry> {
    return this.add(folder, name, await pdf(text));
  }

  /** Gives a document new content. */
  async update(paper: Entry, bytes: Buffer): Promise<Entry> {
    const answer = await this.api.post(`/api/v1/entries/${paper.id}/versions`, {
      multipart: { file: { name: paper.name, mimeType: paper.document?.media_type ?? '', buffer: bytes } },
      headers: { ...this.headers(), 'If-Match': `"${paper.rev}"` },
    });
    if (!answer.ok()) throw new Error(`updating ${paper.name} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as Entry;
  }
}

/** A PDF whose pages say the texts. */
export async function pdf(...texts: string[]): Promise<Buffer> {
  const document = await PDFDocument.create();
  for (const text of texts) document.addPage([420, 595]).drawText(text, { x: 40, y: 520, size: 20 });
  return Buffer.from(await document.save());
}
