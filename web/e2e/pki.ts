/** A small public key infrastructure that tests make themselves: certificates, lists of revoked ones, signed messages, time stamps. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { bits, der, int, name, octets, oid, seq, set, time, yes } from './der';

const ED25519 = seq(oid('1.3.101.112'));
const SHA256 = seq(oid('2.16.840.1.101.3.4.2.1'));
const DATA = '1.2.840.113549.1.7.1';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const DAY = 86_400_000;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** Someone with a name, a key and a certificate. */
export interface Party {
  name: Buffer;
  key: KeyObject;
  certificate: Buffer;
  serial: number;
  issuer: Buffer;
}

const signed = (key: KeyObject, body: Buffer) => seq(body, ED25519, bits(sign(null, body, key)));

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return seq(oid(id), ...(critical ? [yes] : []), octets(value));
}

/** Usages by the first byte of their bits: 0x80 digitalSignature, 0x40 nonRepudiation, 0x04 keyCertSign, 0x02 cRLSign. */
const usages = (first: number) => extension('2.5.29.15', true, der(0x03, Buffer.from([0, first])));
const authority = extension('2.5.29.19', true, seq(yes));
const stamping = extension('2.5.29.37', true, seq(oid('1.3.6.1.5.5.7.3.8')));

let serials = 0;

/** Somebody new, certified by an issuer or by themselves. */
function party(names: { CN: string; O: string }, extensions: Buffer[], by?: Party): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  serials += 1;
  const own = name(names);
  const issuer = by?.name ?? own;
  const body = seq(
    der(0xa0, int(2)),
    int(serials),
    ED25519,
    issuer,
    seq(time(new Date('2024-01-01')), time(new Date('2040-01-01'))),
    own,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, seq(...extensions)),
  );
  return {
    name: own,
    key: privateKey,
    certificate: signed(by?.key ?? privateKey, body),
    serial: serials,
    issuer,
  };
}

const attribute = (id: string, value: Buffer) => seq(oid(id), set(value));

export class Pki {
  readonly root: Party;
  readonly issuer: Party;
  private readonly stamper: Party;

  constructor(state: string) {
    this.root = party({ CN: `${state} Root CA`, O: state }, [authority, usages(0x06)]);
    this.issuer = party({ CN: 'Suối Mơ CA', O: 'Trung tâm Chứng thực Suối Mơ' }, [authority, usages(0x06)], this.root);
    this.stamper = party({ CN: 'Suối Mơ TSA', O: 'Trung tâm Chứng thực Suối Mơ' }, [usages(0x80), stamping], this.root);
  }

  signer(CN: string, O: string): Party {
    return party({ CN, O }, [usages(0xc0)], this.issuer);
  }

  /** Who was revoked: nobody. It lasts, so that papers are judged alike whenever they are. */
  private crl(by: Party, now: number): Buffer {
    const [from, to] = [new Date(now - DAY), new Date('2040-01-01')];
    return signed(by.key, seq(int(1), ED25519, by.name, time(from), time(to)));
  }

  /** The signature of some bytes as a message of its own; with `stampedAt` an authority says that it existed then. */
  message(who: Party, content: Buffer, at: Date, stampedAt?: Date): Buffer {
    const lists = [this.crl(this.root, at.getTime()), this.crl(this.issuer, at.getTime())];
    const stamp = (value: Buffer, when: Date) => {
      const token = this.token(value, when);
      return der(0xa1, attribute('1.2.840.113549.1.9.16.2.14', token));
    };
    const unsigned = stampedAt && ((value: Buffer) => stamp(value, stampedAt));
    const attributes = [attribute('1.2.840.113549.1.9.5', time(at))];
    return message(who, DATA, content, false, attributes, [who.certificate, this.issuer.certificate], lists, unsigned);
  }

  private token(over: Buffer, at: Date): Buffer {
    const info = seq(int(1), oid('1.2.3.4'), seq(SHA256, octets(sha256(over))), int(7), time(at));
    return message(this.stamper, TST_INFO, info, true, [], [this.stamper.certificate], []);
  }
}

function message(
  who: Party,
  type: string,
  content: Buffer,
  attached: boolean,
  more: Buffer[],
  certificates: Buffer[],
  lists: Buffer[],
  unsigned?: (value: Buffer) => Buffer,
): Buffer {
  const reference = seq(seq(seq(octets(sha256(who.certificate)))));
  const attributes = set(
    attribute('1.2.840.113549.1.9.3', oid(type)),
    attribute('1.2.840.113549.1.9.4', octets(sha256(content))),
    attribute('1.2.840.113549.1.9.16.2.47', reference),
    ...more,
  );
  const value = sign(null, attributes, who.key);
  const implicit = Buffer.concat([Buffer.from([0xa0]), attributes.subarray(1)]);
  const signer = seq(
    int(1),
    seq(who.issuer, int(who.serial)),
    SHA256,
    implicit,
    ED25519,
    octets(value),
    ...(unsigned ? [unsigned(value)] : []),
  );
  const data = seq(
    int(1),
    set(SHA256),
    seq(oid(type), ...(attached ? [der(0xa0, octets(content))] : [])),
    der(0xa0, ...certificates),
    ...(lists.length ? [der(0xa1, ...lists)] : []),
    set(signer),
  );
  return seq(oid('1.2.840.113549.1.7.2'), der(0xa0, data));
}
