/**
 * Printing a paper: its sheets become pictures that stand alone on the printed page (`body.printing` in PrintDialog.svelte).
 */
export interface Printing {
  from: number;
  to: number;
  paint: (sheet: number) => Promise<string>;
  onprogress: (sheet: number) => void;
  signal: AbortSignal;
}

export async function print({ from, to, paint, onprogress, signal }: Printing): Promise<void> {
  const all = document.createElement('div');
  all.className = 'printed';
  for (let sheet = from; sheet <= to; sheet += 1) {
    onprogress(sheet);
    const picture = new Image();
    picture.src = await paint(sheet);
    await picture.decode();
    if (signal.aborted) break;
    picture.className = picture.naturalWidth > picture.naturalHeight ? 'wide' : 'high';
    all.append(picture);
  }
  try {
    if (signal.aborted) return;
    document.body.append(all);
    document.body.classList.add('printing');
    // Some phones answer at once and print later; they tell when they are done.
    const ended = new Promise((next) => addEventListener('afterprint', next, { once: true }));
    window.print();
    await ended;
  } finally {
    document.body.classList.remove('printing');
    all.remove();
  }
}
