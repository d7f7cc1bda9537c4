/** Printing a dossier's slip and receipts. */
import { mount, unmount, type Component } from 'svelte';
import { printAlone } from '../lib/printed';

/** Draws a sheet and prints it alone. */
export async function printSheet<P extends Record<string, unknown>>(Sheet: Component<P>, props: P): Promise<void> {
  const target = document.createElement('div');
  const sheet = mount(Sheet, { target, props });
  try {
    await printAlone(target);
  } finally {
    await unmount(sheet);
  }
}
