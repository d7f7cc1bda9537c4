/** Printing something that stands alone on the printed page (`.printed` in base.css). */
export async function printAlone(sheets: HTMLElement): Promise<void> {
  sheets.classList.add('printed');
  try {
    document.body.append(sheets);
    document.body.classList.add('printing');
    // Some phones answer at once and print later; they tell when they are done.
    const ended = new Promise((next) => addEventListener('afterprint', next, { once: true }));
    window.print();
    await ended;
  } finally {
    document.body.classList.remove('printing');
    sheets.remove();
  }
}
