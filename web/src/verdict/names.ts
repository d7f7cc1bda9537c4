/** Names of certificates, which come as RFC 4514 writes them: `CN=Nguyễn Thị Hoa,O=…,C=VN`. */

/** One character that stands for itself, or bytes in hexadecimal. */
const ESCAPED = /\\([0-9a-fA-F]{2}(?:\\[0-9a-fA-F]{2})*|.)/gs;

function plain(value: string): string {
  return value.replaceAll(ESCAPED, (_, told: string) => {
    if (told.length === 1) return told;
    const bytes = told.split('\\').map((byte) => Number.parseInt(byte, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}

/** The parts of a name in their order, as pairs of a kind and a value. */
export function partsOf(name: string): [string, string][] {
  const parts = name.match(/(?:\\.|[^\\,+])+/gs) ?? [];
  return parts.flatMap((part): [string, string][] => {
    const [, kind, value] = /^\s*([\w.]+)\s*=\s*(.*)$/s.exec(part) ?? [];
    return kind && value ? [[kind.toUpperCase(), plain(value.trim())]] : [];
  });
}

function first(parts: [string, string][], ...kinds: string[]): string | undefined {
  for (const kind of kinds) {
    const found = parts.find(([known]) => known === kind);
    if (found) return found[1];
  }
  return undefined;
}

/** What people call whoever the name means, and where they belong; the whole name where it says neither. */
export function people(name: string): { who: string; where?: string } {
  const parts = partsOf(name);
  const where = first(parts, 'O', 'OU');
  const who = first(parts, 'CN') ?? where ?? name;
  return where && where !== who ? { who, where } : { who };
}

/** Both in one line. */
export function inLine(name: string): string {
  const { who, where } = people(name);
  return where ? `${who} · ${where}` : who;
}
