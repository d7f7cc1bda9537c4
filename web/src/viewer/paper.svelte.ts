/** A paper opened for reading: its bytes, and what the page can show of them. */
import type { PDFDocumentProxy } from './pdf';
import type { Size } from './sheets.svelte';
import { bytesOf, type Source } from './source';

/** Why only a card with the facts is shown. */
export type CardReason = 'kind' | 'large' | 'locked' | 'damaged' | 'refused';

export type Shown =
  | { as: 'opening'; part: number }
  | { as: 'pdf'; pdf: PDFDocumentProxy; first: Size }
  | { as: 'picture'; address: string; width: number; height: number }
  | { as: 'text'; text: string }
  | { as: 'card'; reason: CardReason }
  | { as: 'problem'; thrown: unknown };

const PICTURES = ['image/jpeg', 'image/png', 'image/webp'];
const TEXTS = ['application/xml', 'text/xml', 'text/plain'];
const TEXT_BYTES = 1024 * 1024;
/** PDFs up to this size come in one answer, larger ones in parts as they are needed. Every answer is a line in the owner's trail. */
const WHOLE_BYTES = 2 * 1024 * 1024;

/** Whether papers of this type look like paper. */
export function hasPicture(mediaType: string): boolean {
  return mediaType === 'application/pdf' || PICTURES.includes(mediaType);
}

/** Whether the page can show papers of this type at all. */
export function hasView(mediaType: string): boolean {
  return hasPicture(mediaType) || TEXTS.includes(mediaType);
}

export class Paper {
  #shown = $state.raw<Shown>({ as: 'opening', part: 0 });
  #opening = new AbortController();
  /** Addresses of bytes that the browser holds. */
  #held: string[] = [];
  #whole: Blob | null = null;

  constructor(
    readonly source: Source,
    /** Whether the person may have the content. */
    readonly allowed = true,
  ) {}

  get shown(): Shown {
    return this.#shown;
  }

  /** All bytes, where they are here already. */
  get whole(): Blob | null {
    return this.#whole;
  }

  async open(): Promise<void> {
    this.close();
    const { signal } = (this.#opening = new AbortController());
    this.#shown = { as: 'opening', part: 0 };
    try {
      const shown = await this.#read(signal);
      if (!signal.aborted) this.#shown = shown;
    } catch (thrown) {
      if (!signal.aborted) this.#shown = { as: 'problem', thrown };
    }
  }

  /** Gives back what the browser holds of it. */
  close(): void {
    this.#opening.abort();
    this.#held.forEach((address) => URL.revokeObjectURL(address));
    this.#held = [];
    this.#whole = null;
  }

  async #read(signal: AbortSignal): Promise<Shown> {
    const { mediaType, sizeBytes } = this.source;
    if (!this.allowed) return { as: 'card', reason: 'refused' };
    if (mediaType === 'application/pdf') return this.#readPdf(signal);
    if (PICTURES.includes(mediaType)) return this.#readPicture(signal);
    if (!TEXTS.includes(mediaType)) return { as: 'card', reason: 'kind' };
    if (sizeBytes > TEXT_BYTES) return { as: 'card', reason: 'large' };
    return { as: 'text', text: textOf(await this.#bytes(signal)) };
  }

  async #readPdf(signal: AbortSignal): Promise<Shown> {
    const { openInParts, openWhole, sizeOf, Unreadable } = await import('./pdf');
    const lost = (thrown: unknown) => (this.#shown = { as: 'problem', thrown });
    const inParts = this.source.inParts && this.source.sizeBytes > WHOLE_BYTES;
    try {
      const pdf = inParts
        ? await openInParts(this.source, signal, lost)
        : await openWhole(await this.#bytes(signal), signal);
      return { as: 'pdf', pdf, first: sizeOf(await pdf.getPage(1)) };
    } catch (thrown) {
      if (thrown instanceof Unreadable) return { as: 'card', reason: thrown.reason };
      throw thrown;
    }
  }

  async #readPicture(signal: AbortSignal): Promise<Shown> {
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([await this.#bytes(signal)], { type: this.source.mediaType }));
    this.#held.push(picture.src);
    const readable = await picture.decode().then(
      () => true,
      () => false,
    );
    if (!readable) return { as: 'card', reason: 'damaged' };
    return { as: 'picture', address: picture.src, width: picture.naturalWidth, height: picture.naturalHeight };
  }

  async #bytes(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await bytesOf(this.source, { signal, onprogress: (received) => this.#tell(received, signal) });
    this.#whole = new Blob([bytes], { type: this.source.mediaType });
    return bytes;
  }

  #tell(received: number, signal: AbortSignal): void {
    if (!signal.aborted) this.#shown = { as: 'opening', part: received / Math.max(1, this.source.sizeBytes) };
  }
}

/** Reads text in the encoding that its first bytes tell (XML 1.0, appendix F); UTF-8 where they tell none. */
export function textOf(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^<\?xml[^>]*\sencoding=["']([A-Za-z0-9._-]+)["']/.exec(start)?.[1];
  const marked = start.startsWith('\xff\xfe') ? 'utf-16le' : start.startsWith('\xfe\xff') ? 'utf-16be' : null;
  try {
    return new TextDecoder(marked ?? declared ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
