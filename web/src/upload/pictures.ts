/** Pictures of the sides of a paper, made one PDF on the device. */
import { Problem } from '../lib/api/problem';

/** Enough to read small print on a card or an A4 page. */
const LONGEST_PIXELS = 2000;
const QUALITY = 0.85;
/** The longest side of a page: that of A4, in points. */
const LONGEST_POINTS = 842;

/** A picture as it goes into the PDF: upright and no larger than needed. */
export async function scaled(file: Blob): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PIXELS / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/** One page a picture, in the order given. */
export async function assembled(pictures: readonly HTMLCanvasElement[], name: string): Promise<File> {
  const { PDFDocument } = await import('pdf-lib').catch(() => Promise.reject(Problem.offline()));
  const pdf = await PDFDocument.create();
  pdf.setTitle(name);
  for (const picture of pictures) {
    const image = await pdf.embedJpg(await jpeg(picture));
    const scale = LONGEST_POINTS / Math.max(image.width, image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    pdf.addPage([width, height]).drawImage(image, { width, height });
  }
  const bytes = await pdf.save();
  return new File([new Uint8Array(bytes)], `${name}.pdf`, { type: 'application/pdf' });
}

function jpeg(canvas: HTMLCanvasElement): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const made = (blob: Blob | null) => (blob ? resolve(blob.arrayBuffer()) : reject(Problem.of(null)));
    canvas.toBlob(made, 'image/jpeg', QUALITY);
  });
}
