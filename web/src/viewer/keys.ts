/** Which key does what while a paper is shown. */
export type Act =
  | 'larger'
  | 'smaller'
  | 'fitWidth'
  | 'fitWhole'
  | 'turn'
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'down'
  | 'up'
  | 'print';

const KEYS: Record<string, Act> = {
  '+': 'larger',
  '=': 'larger',
  '-': 'smaller',
  '0': 'fitWidth',
  '1': 'fitWhole',
  r: 'turn',
  PageDown: 'next',
  ArrowRight: 'next',
  PageUp: 'previous',
  ArrowLeft: 'previous',
  Home: 'first',
  End: 'last',
  ArrowDown: 'down',
  ArrowUp: 'up',
};

/** What a key asks for; null where it asks for nothing here. */
export function keyAct(event: KeyboardEvent): Act | null {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === 'p') return 'print';
  if (command && !event.altKey && (event.key === '+' || event.key === '=')) return 'larger';
  if (command && !event.altKey && event.key === '-') return 'smaller';
  if (command || event.altKey) return null;
  return KEYS[event.key] ?? null;
}
