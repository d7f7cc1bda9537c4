/** Whether keys belong to what they are pressed in: fields, menus and tabs have keys of their own. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [role=menu], [role=tablist], [contenteditable]') !== null
  );
}
