/** Signed papers for tests: a PDF gets a signature in a revision of its own, and what happens to it afterwards. */
import { PDFDocument } from 'pdf-lib';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pki, type Party } from './pki';
import { pdf, type Server } from './support';

/** How many bytes are kept for a message. */
const ROOM = 6000;
const RANGE = '[0 0000000000 0000000000 0000000000]';

interface Trailer {
  size: number;
  root: number;
  start: number;
}

function trailerOf(file: Buffer): Trailer {
  const text = file.toString('latin1');
  const last = text.slice(text.lastIndexOf('trailer'));
  const number = (pattern: RegExp) => Number(pattern.exec(last)?.[1]);
  return { size: number(/\/Size (\d+)/), root: number(/\/Root (\d+)/), start: number(/startxref\s+(\d+)/) };
}

/** The newest body of an object. */
function objectOf(file: Buffer, number: number): string {
  const text = file.toString('latin1');
  const at = text.lastIndexOf(`\n${number} 0 obj`);
  return text.slice(text.indexOf('obj', at) + 3, text.indexOf('endobj', at)).trim();
}

/** Adds a revision in which these objects are new. */
function appended(file: Buffer, objects: Record<number, string>): Buffer {
  const { size, root, start } = trailerOf(file);
  let text = file.toString('latin1');
  if (!text.endsWith('\n')) text += '\n';
  let table = 'xref\n';
  for (const [number, body] of Object.entries(objects)) {
    table += `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const most = Math.max(size, ...Object.keys(objects).map((number) => Number(number) + 1));
  const end = `trailer\n<< /Size ${most} /Root ${root} 0 R /Prev ${start} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}${table}${end}`, 'latin1');
}

/** Puts a signature over all of a PDF, and a field that may be filled in later. */
export function signedPdf(file: Buffer, sign: (bytes: Buffer) => Buffer): Buffer {
  const { size, root } = trailerOf(file);
  const catalog = objectOf(file, root).replace(
    />>$/,
    `/AcroForm << /Fields [${size} 0 R ${size + 2} 0 R] /SigFlags 3 >> >>`,
  );
  const whole = appended(file, {
    [root]: catalog,
    [size]: `<< /FT /Sig /T (ChuKy1) /V ${size + 1} 0 R >>`,
    [size + 1]:
      `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ${RANGE} /Contents <${'0'.repeat(2 * ROOM)}> >>`,
    [size + 2]: '<< /FT /Tx /T (GhiChu) >>',
  });
  const before = whole.lastIndexOf('/Contents <0') + '/Contents '.length;
  const after = before + 2 * ROOM + 2;
  const padded = [before, after, whole.length - after].map((number) => String(number).padStart(10, '0'));
  whole.write(`[0 ${padded.join(' ')}]`, whole.lastIndexOf(RANGE), 'latin1');
  const message = sign(Buffer.concat([whole.subarray(0, before), whole.subarray(after)]));
  whole.write(message.toString('hex'), before + 1, 'latin1');
  return whole;
}

/** Fills in the field that signing left open. */
export function filledIn(file: Buffer): Buffer {
  const { size } = trailerOf(file);
  return appended(file, { [size - 1]: '<< /FT /Tx /T (GhiChu) /V (Da nhan) >>' });
}

/** Changes what the file says of itself, behind the signature's back. */
export function tampered(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf('/CreationDate (D:20') + '/CreationDate (D:20'.length;
  copy.write('19', at, 'latin1');
  return copy;
}

/** A PDF whose objects stand one after the other, as `signedPdf` needs it. */
export async function plainPdf(text: string): Promise<Buffer> {
  const document = await PDFDocument.load(await pdf(text));
  return Buffer.from(await document.save({ useObjectStreams: false }));
}

/** Two states, of which the server is told to believe one; and their signers. */
export class Signers {
  readonly trusted = new Pki('Tỉnh Kho Mẫu');
  readonly unknown = new Pki('Xứ Xa Lạ');
  readonly officer: Party = this.trusted.signer('Hoàng Văn Sơn', 'Ủy ban nhân dân xã Suối Mơ');
  readonly stranger: Party = this.unknown.signer('Người Lạ', 'Công ty Không Quen');

  /** Has the server believe the first of them; `issuer` says that its signers issue papers. */
  async believed(server: Server, issuer = false): Promise<void> {
    const file = join(server.data, 'root.der');
    await writeFile(file, this.trusted.root.certificate);
    await server.command('trust', 'add', file, '--label', 'Tỉnh Kho Mẫu', ...(issuer ? ['--authenticates'] : []));
  }

  /** Signed by the officer, an hour ago, with a time stamp. */
  valid(file: Buffer, at = new Date(Date.now() - 3_600_000)): Buffer {
    return signedPdf(file, (bytes) => this.trusted.message(this.officer, bytes, at, at));
  }

  /** The officer's signature of some bytes, as a file of its own. */
  detached(content: Buffer, at = new Date(Date.now() - 3_600_000)): Buffer {
    return this.trusted.message(this.officer, content, at, at);
  }

  /** Signed by somebody whose authority nobody here knows. */
  indeterminate(file: Buffer, at = new Date(Date.now() - 3_600_000)): Buffer {
    return signedPdf(file, (bytes) => this.unknown.message(this.stranger, bytes, at));
  }
}
