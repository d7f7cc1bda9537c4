/** What mouse, finger and keyboard do in a list; one set of handlers on the list itself, for the rows come and go. */
import { count } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';
import { done, failed } from '../lib/toasts.svelte';
import { canDropInto, dragging, startDragging, stopDragging } from './dragging.svelte';
import { isDefaultFolder, type Entry } from './entry';
import { MOST_CHOSEN, type Selection } from './selection.svelte';
import type { Source } from './source';
import { placeAfter, type Layout } from './viewport';

/** What the handlers need to know of their list, read anew at each event. */
export interface Handled<T extends Entry> {
  rows: Source<T>;
  layout: Layout;
  selection?: Selection<T>;
  reach: (index: number) => void;
  openMenu?: (index: number, point?: { x: number; y: number }) => void;
  ondelete?: (items: T[]) => void;
  onrename?: (item: T) => void;
  ondropped?: (items: T[], folder: T) => void;
  /** Shows which folder would take what is dragged; -1 for none. */
  setOver: (index: number) => void;
}

const LONG_PRESS_MS = 500;

/** The place of the row that an event comes from; -1 outside of rows. */
export function placeOf(target: EventTarget | null): number {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null;
  return row ? Number(row.dataset.place) : -1;
}

/** Those that an act on `item` means: all that are chosen where it is one of them. */
export function meantBy<T extends Entry>(item: T, selection?: Selection<T>): T[] {
  return selection?.has(item.id) ? selection.items : [item];
}

export function choose<T extends Entry>(list: Handled<T>, index: number, extend: boolean): void {
  const item = list.rows.at(index);
  if (!list.selection || !item) return;
  if (extend) chooseTo(list, index);
  else list.selection.toggle(item, index);
}

/** Chooses all between what was chosen last and a place. */
function chooseTo<T extends Entry>(list: Handled<T>, index: number): void {
  if (!list.selection) return;
  const [from, last] = list.selection.spanTo(index);
  if (from !== index && last !== index) done(say(files.choseMost, count(MOST_CHOSEN)));
  list.selection.addSpan(from, last, list.rows).catch(failed);
}

/** Chooses the whole list, or as much of its beginning as can be chosen. */
export function chooseAllOf<T extends Entry>(list: Handled<T>): void {
  const last = Math.min(list.rows.length, MOST_CHOSEN) - 1;
  if (list.rows.length > MOST_CHOSEN) done(say(files.choseMost, count(MOST_CHOSEN)));
  list.selection?.addSpan(0, last, list.rows).catch(failed);
}

export function hands<T extends Entry>(list: Handled<T>) {
  let pressing: ReturnType<typeof setTimeout> | undefined;
  let pressedLong = false;

  const isTouch = (event: Event) => event instanceof PointerEvent && event.pointerType === 'touch';

  function onclick(event: MouseEvent) {
    const index = placeOf(event.target);
    const wasLong = pressedLong;
    pressedLong = false;
    if (!list.selection || index < 0 || (event.target as Element).closest('label, button')) return;
    const choosing =
      event.ctrlKey || event.metaKey || event.shiftKey || (isTouch(event) && list.selection.size > 0) || wasLong;
    if (!choosing) return;
    event.preventDefault();
    if (!wasLong) choose(list, index, event.shiftKey);
  }

  function onpointerdown(event: PointerEvent) {
    pressedLong = false;
    const index = placeOf(event.target);
    if (!isTouch(event) || !list.selection || index < 0) return;
    pressing = setTimeout(() => {
      pressedLong = true;
      choose(list, index, false);
    }, LONG_PRESS_MS);
  }

  const release = () => clearTimeout(pressing);

  function onpointermove(event: PointerEvent) {
    if (Math.hypot(event.movementX, event.movementY) > 4) release();
  }

  function oncontextmenu(event: MouseEvent) {
    const index = placeOf(event.target);
    if (index < 0) return;
    // A long press has chosen already.
    if (isTouch(event)) {
      if (list.selection) event.preventDefault();
    } else if (list.openMenu) {
      event.preventDefault();
      list.openMenu(index, { x: event.clientX, y: event.clientY });
    }
  }

  function act(event: KeyboardEvent, index: number): boolean {
    const { selection, rows } = list;
    const item = rows.at(index);
    const control = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape' && selection?.size) selection.clear();
    else if (control && event.key === 'a' && selection) chooseAllOf(list);
    else if (control) return false;
    else if (event.key === ' ' && selection) choose(list, index, false);
    else if (event.key === 'Delete' && item && list.ondelete) list.ondelete(meantBy(item, selection));
    else if (event.key === 'F2' && item && list.onrename) list.onrename(item);
    else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) list.openMenu?.(index);
    else return walk(event, index);
    return true;
  }

  function walk(event: KeyboardEvent, index: number): boolean {
    const page = Math.max(1, Math.floor(innerHeight / list.layout.step) - 2);
    const next = placeAfter(event.key, index, list.layout, page);
    if (next === undefined) return false;
    if (event.shiftKey && list.selection) {
      if (list.selection.size === 0) choose(list, index, false);
      chooseTo(list, next);
    }
    list.reach(next);
    return true;
  }

  function onkeydown(event: KeyboardEvent) {
    const index = placeOf(event.target);
    // The box and the button of a row take their own keys.
    const own = event.target instanceof Element && event.target.closest('input, button') && event.key === ' ';
    if (event.altKey || index < 0 || own) return;
    if (act(event, index)) event.preventDefault();
  }

  function ondragstart(event: DragEvent) {
    const item = list.rows.at(placeOf(event.target));
    if (!item || !list.ondropped) return;
    const items = meantBy(item, list.selection);
    if (items.some(isDefaultFolder)) event.preventDefault();
    else startDragging(event, items);
  }

  /** The folder under the pointer, where it takes what is dragged. */
  function under(event: DragEvent): T | undefined {
    const item = list.rows.at(placeOf(event.target));
    return list.ondropped && item?.kind === 'folder' && canDropInto(item.id) ? item : undefined;
  }

  function ondragover(event: DragEvent) {
    const folder = under(event);
    if (folder) event.preventDefault();
    list.setOver(folder ? placeOf(event.target) : -1);
  }

  function ondrop(event: DragEvent) {
    const folder = under(event);
    list.setOver(-1);
    if (!folder) return;
    event.preventDefault();
    list.ondropped?.([...dragging.entries] as T[], folder);
    stopDragging();
  }

  function ondragend() {
    list.setOver(-1);
    stopDragging();
  }

  return {
    onclick,
    oncontextmenu,
    onkeydown,
    onpointerdown,
    onpointermove,
    onpointerup: release,
    onpointercancel: release,
    ondragstart,
    ondragover,
    ondragleave: () => list.setOver(-1),
    ondrop,
    ondragend,
  };
}
