/** Zooming by two fingers or by the wheel, and dragging a picture with the mouse. */
import type { Attachment } from 'svelte/attachments';

/** A point of the window over the sheets. */
export interface Point {
  x: number;
  y: number;
}

const distance = (a: Touch, b: Touch) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);

/** Tells by how much to zoom, and around which point. */
export function zooming(onzoom: (factor: number, around: Point) => void): Attachment<HTMLElement> {
  return (element) => {
    let apart = 0;

    const inside = (x: number, y: number): Point => {
      const box = element.getBoundingClientRect();
      return { x: x - box.left, y: y - box.top };
    };

    function turned(event: WheelEvent) {
      // A pinch on a touchpad comes as a wheel with Ctrl.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      onzoom(
        Math.exp(-Math.max(-100, Math.min(100, event.deltaY * lines)) / 250),
        inside(event.clientX, event.clientY),
      );
    }

    function touched(event: TouchEvent) {
      const [a, b] = event.touches;
      apart = a && b ? distance(a, b) : 0;
    }

    function moved(event: TouchEvent) {
      const [a, b] = event.touches;
      if (!a || !b || !apart) return;
      event.preventDefault();
      const now = distance(a, b);
      onzoom(now / apart, inside((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2));
      apart = now;
    }

    element.addEventListener('wheel', turned, { passive: false });
    element.addEventListener('touchstart', touched, { passive: true });
    element.addEventListener('touchmove', moved, { passive: false });
    element.addEventListener('touchend', touched, { passive: true });
    return () => {
      element.removeEventListener('wheel', turned);
      element.removeEventListener('touchstart', touched);
      element.removeEventListener('touchmove', moved);
      element.removeEventListener('touchend', touched);
    };
  };
}

/** Lets the mouse move what is larger than its window; fingers scroll anyway. */
export const dragging: Attachment<HTMLElement> = (element) => {
  let held: number | null = null;

  function pressed(event: PointerEvent) {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    held = event.pointerId;
    element.setPointerCapture(event.pointerId);
  }

  function moved(event: PointerEvent) {
    if (event.pointerId !== held) return;
    element.scrollLeft -= event.movementX;
    element.scrollTop -= event.movementY;
  }

  function released() {
    held = null;
  }

  element.addEventListener('pointerdown', pressed);
  element.addEventListener('pointermove', moved);
  element.addEventListener('pointerup', released);
  element.addEventListener('pointercancel', released);
  return () => {
    element.removeEventListener('pointerdown', pressed);
    element.removeEventListener('pointermove', moved);
    element.removeEventListener('pointerup', released);
    element.removeEventListener('pointercancel', released);
  };
};
