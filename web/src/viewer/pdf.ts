/**
 * Opening PDFs with pdf.js. Loaded with the first PDF.
 *
 * The build for older browsers: the other one calls functions that phones of a few years ago do not have. Nothing of a paper is run:
 * scripts and forms of PDFs need layers that are not made here, fonts and pictures are drawn without eval and WebAssembly.
 */
import {
  AnnotationMode,
  getDocument,
  GlobalWorkerOptions,
  PDFDataRangeTransport,
  RenderingCancelledException,
  TextLayer,
  VerbosityLevel,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DocumentInitParameters } from 'pdfjs-dist/types/src/display/api';
import workerAddress from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import type { Size } from './sheets.svelte';
import { bytesOf, type Source } from './source';

export { RenderingCancelledException, TextLayer, type PDFDocumentProxy, type PDFPageProxy };

GlobalWorkerOptions.workerSrc = workerAddress;

/** CSS pixels for each point of a page at 100 %. */
export const PIXELS_A_POINT = 96 / 72;
const PART_BYTES = 512 * 1024;
/** A picture of more points than this is not drawn: it would need more memory than phones have. */
const PICTURE_POINTS = 100_000_000;
/** Points of a canvas; some phones draw nothing on a larger one. */
const CANVAS_POINTS = 16_000_000;
/** How often a part is asked for until the paper is given up. */
const TRIES = 3;

/** Why a PDF cannot be shown. */
export class Unreadable extends Error {
  constructor(readonly reason: 'locked' | 'damaged') {
    super(reason);
  }
}

/** Asks for parts of the file as pdf.js needs them. */
class Parts extends PDFDataRangeTransport {
  constructor(
    private readonly source: Source,
    private readonly signal: AbortSignal,
    private readonly onlost: (thrown: unknown) => void,
  ) {
    super(source.sizeBytes, null);
  }

  override requestDataRange(begin: number, end: number): void {
    this.part(begin, end).then(
      (chunk) => this.onDataRange(begin, chunk),
      (thrown: unknown) => {
        if (!this.signal.aborted) this.onlost(thrown);
      },
    );
  }

  private async part(begin: number, end: number): Promise<Uint8Array> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await bytesOf(this.source, { signal: this.signal, part: { begin, end } });
      } catch (thrown) {
        if (tried === TRIES || this.signal.aborted) throw thrown;
        await new Promise((next) => setTimeout(next, 500 * tried));
      }
    }
  }
}

/** Opens a PDF of which all bytes are there. Throws `Unreadable`; aborting the signal gives back all that it holds. */
export function openWhole(data: Uint8Array, signal: AbortSignal): Promise<PDFDocumentProxy> {
  return open({ data }, signal);
}

/** Opens a PDF and asks for its parts as they are needed; `onlost` is told of a part that cannot be had. */
export function openInParts(
  source: Source,
  signal: AbortSignal,
  onlost: (thrown: unknown) => void,
): Promise<PDFDocumentProxy> {
  const range = new Parts(source, signal, onlost);
  return open({ range, rangeChunkSize: PART_BYTES, disableStream: true, disableAutoFetch: true }, signal);
}

async function open(file: DocumentInitParameters, signal: AbortSignal): Promise<PDFDocumentProxy> {
  const task = getDocument({
    ...file,
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    useWasm: false,
    enableXfa: false,
    useWorkerFetch: true,
    maxImageSize: PICTURE_POINTS,
    cMapUrl: `${import.meta.env.PDF_ASSETS}cmaps/`,
    standardFontDataUrl: `${import.meta.env.PDF_ASSETS}standard_fonts/`,
    wasmUrl: `${import.meta.env.PDF_ASSETS}wasm/`,
  });
  signal.addEventListener('abort', () => void task.destroy());
  try {
    return await task.promise;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    void task.destroy();
    const locked = thrown instanceof Error && thrown.name === 'PasswordException';
    throw new Unreadable(locked ? 'locked' : 'damaged');
  }
}

/** How large a page is at 100 %, upright as it says itself. */
export function sizeOf(page: PDFPageProxy): Size {
  const { width, height } = page.getViewport({ scale: PIXELS_A_POINT });
  return { width, height };
}

/** Draws a page on a new canvas of `scale` points for each of the page's; less where the canvas would become too large. */
export async function draw(
  page: PDFPageProxy,
  { scale, turned = 0, intent = 'display' }: { scale: number; turned?: number; intent?: 'display' | 'print' },
  signal?: AbortSignal,
): Promise<HTMLCanvasElement> {
  const rotation = (page.rotate + turned) % 360;
  const natural = page.getViewport({ scale: 1, rotation });
  const most = Math.sqrt(CANVAS_POINTS / (natural.width * natural.height));
  const viewport = page.getViewport({ scale: Math.min(scale, most), rotation });
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(viewport.width));
  canvas.height = Math.max(1, Math.floor(viewport.height));
  // Stamps of signatures and filled-in fields are drawn; nothing of them can be pressed.
  const task = page.render({ canvas, viewport, intent, annotationMode: AnnotationMode.ENABLE });
  const cancel = () => task.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    await task.promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  return canvas;
}
