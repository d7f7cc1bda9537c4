/** Makes screenshots small: a picture of a page needs no more than 256 colours. */
import { deflateSync, inflateSync } from 'node:zlib';
import { crc32 } from './zip';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function chunksOf(png: Buffer, type: string): Buffer {
  const found: Buffer[] = [];
  for (let place = 8; place < png.length;) {
    const length = png.readUInt32BE(place);
    if (png.toString('latin1', place + 4, place + 8) === type) found.push(png.subarray(place + 8, place + 8 + length));
    place += length + 12;
  }
  return Buffer.concat(found);
}

/** What the filter of a line adds to a byte: of the left, the upper and the one between. */
function predicted(filter: number, left: number, up: number, between: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const guess = left + up - between;
  const [byLeft, byUp, byBetween] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - between)];
  return byLeft <= byUp && byLeft <= byBetween ? left : byUp <= byBetween ? up : between;
}

/** The colours of a PNG of 8 bits a channel, line by line. */
function pixelsOf(png: Buffer): { width: number; height: number; colours: Uint32Array } {
  const head = chunksOf(png, 'IHDR');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const depth = head[9] === 6 ? 4 : 3;
  const packed = inflateSync(chunksOf(png, 'IDAT'));
  const line = width * depth;
  const bytes = new Uint8Array(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = packed[y * (line + 1)] ?? 0;
    for (let x = 0; x < line; x += 1) {
      const place = y * line + x;
      const left = x < depth ? 0 : (bytes[place - depth] ?? 0);
      const up = y === 0 ? 0 : (bytes[place - line] ?? 0);
      const between = x < depth || y === 0 ? 0 : (bytes[place - line - depth] ?? 0);
      bytes[place] = (packed[y * (line + 1) + 1 + x] ?? 0) + predicted(filter, left, up, between);
    }
  }
  const colours = new Uint32Array(width * height);
  for (let index = 0; index < colours.length; index += 1) {
    const place = index * depth;
    colours[index] = ((bytes[place] ?? 0) << 16) | ((bytes[place + 1] ?? 0) << 8) | (bytes[place + 2] ?? 0);
  }
  return { width, height, colours };
}

function distance(one: number, other: number): number {
  const [red, green, blue] = [16, 8, 0].map((shift) => ((one >> shift) & 255) - ((other >> shift) & 255)) as [
    number,
    number,
    number,
  ];
  return red * red + 2 * green * green + blue * blue;
}

/** The colours that are used most, none close to another. */
function paletteOf(colours: Uint32Array): number[] {
  const used = new Map<number, number>();
  for (const colour of colours) used.set(colour, (used.get(colour) ?? 0) + 1);
  const byUse = [...used].toSorted(([one, often], [other, oftener]) => oftener - often || one - other);
  const palette: number[] = [];
  for (const apart of [600, 150, 40, 10, 0]) {
    for (const [colour] of byUse) {
      if (palette.length === 256) return palette;
      if (palette.every((chosen) => distance(chosen, colour) > apart)) palette.push(colour);
    }
  }
  return palette;
}

/** The same picture with at most 256 colours. */
export function small(png: Buffer): Buffer {
  const { width, height, colours } = pixelsOf(png);
  const palette = paletteOf(colours);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const known = nearest.get(colour);
    if (known !== undefined) return known;
    let best = 0;
    for (let index = 1; index < palette.length; index += 1) {
      if (distance(palette[index] ?? 0, colour) < distance(palette[best] ?? 0, colour)) best = index;
    }
    nearest.set(colour, best);
    return best;
  };
  // A byte for the filter (none) before each line.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines[y * (width + 1) + 1 + x] = indexOf(colours[y * width + x] ?? 0);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3], 8);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(lines, { level: 9 });
  const parts = [chunk('IHDR', head), chunk('PLTE', table), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}
