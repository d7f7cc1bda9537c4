/** A share link, opened by whoever holds it: what it shows, and how its papers are asked for. */
import { api, ask, type Schema } from '../lib/api/client';
import { Problem } from '../lib/api/problem';
import { bytesOf, save, type Source } from '../viewer/source';

export type LinkEntry = Schema['LinkEntryBody'];
export type LinkPage = Schema['LinkEntryPage'];

export class Link {
  #opened = $state.raw<Schema['OpenedLinkBody']>();
  #problem = $state.raw<unknown>();
  #left = $state<number | null>(null);
  #password: string | null = null;

  constructor(readonly secret: string) {}

  get opened(): Schema['OpenedLinkBody'] | undefined {
    return this.#opened;
  }

  /** Why it cannot be opened. */
  get problem(): unknown {
    return this.#problem;
  }

  /** How often its papers may still be had; null for as often as wanted. */
  get left(): number | null {
    return this.#left;
  }

  get usedUp(): boolean {
    return this.#left !== null && this.#left <= 0;
  }

  /** Whether the content of papers may be had, not only their names. */
  get gives(): boolean {
    return this.#opened?.rights.includes('download') ?? false;
  }

  async open(): Promise<void> {
    this.#problem = undefined;
    try {
      this.#take(await this.#ask(this.#password));
    } catch (thrown) {
      this.#problem = thrown;
    }
  }

  /** Opens it with a password; throws the problem where that is wrong. */
  async unlock(password: string): Promise<void> {
    this.#take(await this.#ask(password));
    this.#password = password;
  }

  list(folder: string | null, cursor?: string): Promise<LinkPage> {
    const query = { entry: folder ?? undefined, limit: 100, cursor };
    const params = { path: { secret: this.secret }, query, header: this.#header(this.#password) };
    return ask(api.GET('/api/v1/links/{secret}/children', { params }));
  }

  /** Where a paper's content is. With a limit the whole comes at once, for every answer counts. */
  sourceOf(paper: LinkEntry): Source {
    return {
      address: `/api/v1/links/${encodeURIComponent(this.secret)}/content?entry=${paper.id}`,
      name: paper.name,
      mediaType: paper.media_type ?? '',
      sizeBytes: paper.size_bytes,
      inParts: this.#left === null,
      headers: this.#header(this.#password),
    };
  }

  /** The address from which the browser itself can save a paper; null where a password or a limit is in the way. */
  addressOf(paper: LinkEntry): string | null {
    return this.#password === null && this.#left === null ? this.sourceOf(paper).address : null;
  }

  /** Saves a paper on the device. */
  async save(paper: LinkEntry, signal: AbortSignal): Promise<void> {
    const source = this.sourceOf(paper);
    const bytes = await bytesOf(source, { signal });
    this.counted();
    save(new Blob([bytes], { type: source.mediaType }), paper.name);
  }

  /** One more of the allowed answers was had. */
  counted(): void {
    if (this.#left !== null) this.#left -= 1;
  }

  /** Takes notice of a limit that others reached meanwhile. */
  noticed(thrown: unknown): void {
    if (Problem.of(thrown).code === 'link_used_up') this.#left = 0;
  }

  #take(body: Schema['OpenedLinkBody']): void {
    this.#opened = body;
    this.#left = body.downloads_left ?? null;
  }

  #header(password: string | null): Record<string, string> {
    return password === null ? {} : { 'Kho-Link-Password': encodeURIComponent(password) };
  }

  #ask(password: string | null): Promise<Schema['OpenedLinkBody']> {
    const params = { path: { secret: this.secret }, header: this.#header(password) };
    return ask(api.GET('/api/v1/links/{secret}', { params }));
  }
}

/** An address of this page below a link; what follows `#` is never sent to a server. */
export function linkAddress(secret: string, at: { folder?: string; paper?: string } = {}): string {
  const query = new URLSearchParams(Object.entries(at)).toString();
  return `/link${query && `?${query}`}#${secret}`;
}
