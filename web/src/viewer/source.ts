/** Where a paper's bytes are asked for, and how. */
import { headers, refused } from '../lib/api/client';
import { Problem } from '../lib/api/problem';

export interface Source {
  /** The address of the content. */
  address: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
  /** Whether it may be asked for in parts; a link with a limit counts every answer, so there the whole comes at once. */
  inParts: boolean;
  /** The bytes, where they are here already and no address is asked. */
  held?: Blob;
  /** What the address needs besides the session: a link's password. */
  headers?: Record<string, string>;
}

/** A part of the content: from the first byte up to but not including the last. */
export interface Part {
  begin: number;
  end: number;
}

interface Asking {
  signal: AbortSignal;
  part?: Part;
  /** Bytes received so far. */
  onprogress?: (received: number) => void;
}

/** The bytes, whole or a part. Throws a `Problem`, or what aborted it. */
export async function bytesOf(source: Source, { signal, part, onprogress }: Asking): Promise<Uint8Array<ArrayBuffer>> {
  if (source.held) return new Uint8Array(await source.held.arrayBuffer());
  const range: Record<string, string> = part ? { Range: `bytes=${part.begin}-${part.end - 1}` } : {};
  try {
    const response = await fetch(source.address, { headers: { ...headers(), ...source.headers, ...range }, signal });
    if (!response.ok || !response.body) throw await refused(response);
    return await gathered(response.body, part ? part.end - part.begin : source.sizeBytes, onprogress);
  } catch (thrown) {
    if (signal.aborted || thrown instanceof Problem) throw thrown;
    throw Problem.offline();
  }
}

async function gathered(
  body: ReadableStream<Uint8Array>,
  expected: number,
  onprogress?: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(expected);
  const reader = body.getReader();
  let received = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    // A document that was updated meanwhile has another length: what came does not belong together.
    if (received + next.value.length > expected) throw Problem.offline();
    all.set(next.value, received);
    received += next.value.length;
    onprogress?.(received);
  }
  if (received < expected) throw Problem.offline();
  return all;
}

/** Saves bytes as a file on the person's device. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the bytes after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
