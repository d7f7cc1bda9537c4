/** Printing a paper: its sheets become pictures. */
import { printAlone } from '../lib/printed';

export interface Printing {
  from: number;
  to: number;
  paint: (sheet: number) => Promise<string>;
  onprogress: (sheet: number) => void;
  signal: AbortSignal;
}

export async function print({ from, to, paint, onprogress, signal }: Printing): Promise<void> {
  const all = document.createElement('div');
  for (let sheet = from; sheet <= to; sheet += 1) {
    onprogress(sheet);
    const picture = new Image();
    picture.src = await paint(sheet);
    await picture.decode();
    if (signal.aborted) break;
    picture.className = picture.naturalWidth > picture.naturalHeight ? 'wide' : 'high';
    all.append(picture);
  }
  if (!signal.aborted) await printAlone(all);
}
