/** What certificates and signatures are written in (X.690), as far as the tests make some themselves. */
export const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
};

export const seq = (...parts: Buffer[]) => der(0x30, ...parts);
/** A set, whose members stand in the order of their bytes. */
export const set = (...parts: Buffer[]) => der(0x31, ...parts.toSorted(Buffer.compare));
export const octets = (bytes: Buffer) => der(0x04, bytes);
export const bits = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes);
export const int = (number: number) => der(0x02, Buffer.from([number]));
export const yes = Buffer.from([1, 1, 0xff]);

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from(bytes));
}

export const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`));

/** A name of these parts: `{ CN: 'Nguyễn Thị Hoa', O: '…' }`. */
export function name(parts: { CN: string; O: string }): Buffer {
  const one = (type: string, value: string) => der(0x31, seq(oid(type), der(0x0c, Buffer.from(value))));
  return seq(one('2.5.4.10', parts.O), one('2.5.4.3', parts.CN));
}
