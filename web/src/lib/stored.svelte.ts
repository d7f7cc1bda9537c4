/** A choice of this browser that outlives the visit. Without storage (private windows) it lasts as long as the page. */
export function stored<T extends string>(name: string, initial: T, valid: (value: string) => boolean): { value: T } {
  const key = `kho.${name}`;
  let value = $state(read());

  function read(): T {
    try {
      const kept = localStorage.getItem(key);
      return kept !== null && valid(kept) ? (kept as T) : initial;
    } catch {
      return initial;
    }
  }

  return {
    get value() {
      return value;
    },
    set value(next: T) {
      value = next;
      try {
        localStorage.setItem(key, next);
      } catch {
        // Kept for this page only.
      }
    },
  };
}
