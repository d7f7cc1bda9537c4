/** Printing what is known of a file's signatures. */
import { mount, unmount } from 'svelte';
import { printAlone } from '../lib/printed';
import Report, { type Subject } from './Report.svelte';

export async function printReport(subject: Subject): Promise<void> {
  const sheets = document.createElement('div');
  const report = mount(Report, { target: sheets, props: { subject } });
  try {
    await printAlone(sheets);
  } finally {
    await unmount(report);
  }
}

/** The SHA-256 of a file in hexadecimal; null where the browser computes none, as outside of HTTPS. */
export async function digestOf(file: File): Promise<string | null> {
  // Other than on the origins that browsers trust, it is not there.
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return null;
  const digest = await subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
