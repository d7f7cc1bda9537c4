/** Short messages at the foot of the page: what was done, with a way back, and what went wrong. */
import { Problem } from './api/problem';

export interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'problem';
  undo?: () => Promise<void>;
}

const ends = new Map<number, ReturnType<typeof setTimeout>>();

/** People have this long to take an act back (UX principle 3). */
const UNDO_MS = 10_000;

let next = 0;
const shown = $state<Toast[]>([]);

export const toasts: readonly Toast[] = shown;

export function dismiss(id: number): void {
  hold(id);
  const index = shown.findIndex((toast) => toast.id === id);
  if (index >= 0) shown.splice(index, 1);
}

/** Keeps a message for as long as somebody is at it (WCAG 2.2.1), until `release`. */
export function hold(id: number): void {
  clearTimeout(ends.get(id));
  ends.delete(id);
}

/** The message goes when its time is up. */
export function release(id: number): void {
  hold(id);
  ends.set(
    id,
    setTimeout(() => dismiss(id), UNDO_MS),
  );
}

/** Takes back what the message says. */
export async function undo(toast: Toast): Promise<void> {
  dismiss(toast.id);
  await toast.undo?.().catch(failed);
}

/** The last act that can still be taken back. */
export function undoable(): Toast | undefined {
  return shown.findLast((toast) => toast.undo);
}

/** Says what was done; the message's id. With `undo`, a button takes it back. */
export function done(text: string, undo?: () => Promise<void>): number {
  return show({ text, kind: 'done', undo });
}

/** Says what went wrong, as a sentence that says what to do. */
export function failed(thrown: unknown): void {
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return;
  show({ text: Problem.of(thrown).detail, kind: 'problem' });
}

/** A message with nothing to press gives way to the next; what went wrong, and what can be taken back, stays its time. */
function show(toast: Omit<Toast, 'id'>): number {
  next += 1;
  const id = next;
  const passing = shown.filter((earlier) => earlier.kind === 'done' && !earlier.undo);
  for (const earlier of passing) dismiss(earlier.id);
  shown.push({ ...toast, id });
  const [oldest] = shown;
  if (oldest && shown.length > 3) dismiss(oldest.id);
  release(id);
  return id;
}
