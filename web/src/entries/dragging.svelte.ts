/** What is being dragged inside the page; files dragged in from outside are none of it. */
import type { Entry } from './entry';

let entries = $state.raw<readonly Entry[]>([]);

export const dragging = {
  get entries() {
    return entries;
  },
};

export function startDragging(event: DragEvent, items: readonly Entry[]): void {
  entries = items;
  if (!event.dataTransfer) return;
  event.dataTransfer.effectAllowed = 'move';
  // Firefox drags nothing without data.
  event.dataTransfer.setData('application/x-kho-entries', String(items.length));
}

export function stopDragging(): void {
  entries = [];
}

/** Whether what is dragged can be put into a folder: not into itself, nor where it lies already. */
export function canDropInto(folder: string): boolean {
  return entries.length > 0 && entries.every((entry) => entry.id !== folder && entry.parent_id !== folder);
}
