/**
 * One household whose vault has something on every screen: Nguyễn Thị Hoa, her husband, her neighbour, and the co-operative she leads.
 *
 * Arranged once a worker. Screens are looked at, so whoever changes something puts it back.
 */
import type { Browser, Page } from '@playwright/test';
import type { components } from '../src/lib/api/schema';
import type { Language } from '../src/lib/i18n/index.svelte';
import { cardPicture, paperPdf, type Sheet } from './papers';
import { stageAdministration, type Administration } from './admin';
import { stageDossiers, type StagedDossiers } from './office';
import { filledIn, Signers, tampered } from './signed';
import { test as base, type Server } from './support';
import { Vault } from './vault';
import { docx } from './zip';

type Entry = components['schemas']['EntryBody'];
type Details = components['schemas']['EntryPatch'];
type Conclusion = components['schemas']['Conclusion'];

const DAY = 86_400_000;
/** So many days from now, as a date without a time. */
export const inDays = (days: number, now = Date.now()) => new Date(now + days * DAY).toISOString().slice(0, 10);
/** In so many days papers end: of health insurance, the passport, the permit to build. */
export const ENDS = [19, 58, 410] as const;

const COMMUNE = 'Ủy ban nhân dân xã Suối Mơ';
const HOME = 'Thôn Đá Trắng, xã Suối Mơ, huyện Bản Hoa, tỉnh Kho Mẫu';
const CHAIR = 'Chủ tịch';

interface Passed {
  until: number;
  days: number;
}

export interface Stage {
  hoa: Vault;
  minh: Vault;
  /** Folders by what they are to Hoa. */
  folders: Record<'civil' | 'health' | 'building' | 'empty' | 'received', Entry>;
  papers: Record<'birth' | 'card' | 'letter' | 'bill' | 'insurance' | 'shots' | 'unnamed' | 'deed' | 'named', Entry>;
  /** Papers of the co-operative by what is known of their signatures. */
  signed: Record<Conclusion, Entry>;
  /** A signed file that lies in no vault. */
  signedFile: Buffer;
  dossiers: StagedDossiers;
  administration: Administration;
  links: Record<'paper' | 'folder' | 'password' | 'ended', string>;
  /** What the co-operative is called. */
  organisation: string;
  /** Where a new password is set; it is good for one password. */
  reset: string;
  /** Until when it was arranged what is to look as if it happened so many days ago. */
  passed: readonly Passed[];
  /** Sets the language of the accounts of Hoa, the officer and the administrator. */
  speak: (language: Language) => Promise<void>;
}

export const test = base.extend<object, { stage: Stage }>({
  stage: [
    async ({ server, browser }, use) => {
      const stage = await arrange(server, browser);
      await use(stage);
      const { hoa, minh, dossiers, administration } = stage;
      const vaults = [hoa, minh, dossiers.officer.vault, administration.admin];
      await Promise.all(vaults.map(({ api }) => api.dispose()));
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

const PEOPLE = [
  ['hoa', 'Nguyễn Thị Hoa', '099090000101', 'hoa@suoimo.example', '0990000101'],
  ['minh', 'Trần Văn Minh', '099088000102', 'minh@suoimo.example', '0990000102'],
  ['mai', 'Lò Thị Mai', '099095000103', 'mai@suoimo.example', '0990000103'],
  ['lan', 'Vàng Thị Lan', '099085000201', 'lan@suoimo.example', '0990000201'],
] as const;
const ORGANISATION = 'Hợp tác xã Chè Suối Mơ';

async function arrange(server: Server, browser: Browser): Promise<Stage> {
  const page = await browser.newPage();
  try {
    const passed: Passed[] = [];
    const mark = (days: number) => void passed.push({ until: Date.now(), days });
    const vaults: Vault[] = [];
    for (const [login, name, identity, email, phone] of PEOPLE) {
      const facts = ['--email', email, '--phone', phone, '--address', HOME];
      await server.command('user', 'add', login, '--name', name, '--identity', identity, ...facts);
      vaults.push(await Vault.of(server, { login, name, identity }));
    }
    const [hoa, minh, mai, lan] = vaults as [Vault, Vault, Vault, Vault];
    await server.command('org', 'add', '2500123456', '--name', ORGANISATION, '--owner', 'hoa');
    mark(40);
    const own = await ownPapers(hoa, page, mark);
    const { signed, signedFile } = await cooperative(server, hoa, minh, page);
    mark(4);
    const links = await shares(hoa, minh, mai, lan, own);
    mark(2);
    const received = await receivedPapers(hoa, minh, mai, page);
    mark(1);
    const reset = /http\S+#\S+/.exec(await server.command('user', 'reset', 'lan'))?.[0] ?? '';
    const civil = await hoa.children(own.folders.civil.id);
    const marriage = civil.find(({ name }) => name === 'ket-hon.pdf') ?? own.papers.birth;
    const { card, letter: form, unnamed: residence } = own.papers;
    const dossiers = await stageDossiers(server, hoa, { card, marriage, form, residence });
    const administration = await stageAdministration(server);
    await drawn(hoa);
    await Promise.all([mai.api.dispose(), lan.api.dispose()]);
    const speak = async (language: Language) => {
      for (const person of [hoa, dossiers.officer.vault, administration.admin]) {
        const { rev } = await person.get<{ rev: number }>('/me');
        await person.patch('/me', rev, { language });
      }
    };
    const folders = { ...own.folders, received: received.folder };
    const papers = { ...own.papers, named: received.named };
    const organisation = ORGANISATION;
    const shown = { folders, papers, signed, signedFile, dossiers, administration, links, organisation };
    return { hoa, minh, ...shown, reset, passed, speak };
  } finally {
    await page.close();
  }
}

async function described(vault: Vault, paper: Entry, facts: Details): Promise<Entry> {
  return vault.patch<Entry>(`/entries/${paper.id}`, paper.rev, facts);
}

/** A paper as a PDF, with what is written on it as its details. */
async function drawnPaper(vault: Vault, page: Page, folder: string, file: string, sheet: Sheet, facts: Details) {
  const paper = await vault.add(folder, `${file}.pdf`, await paperPdf(page, sheet));
  return described(vault, paper, { number: sheet.number, authority: sheet.authority, ...facts });
}

const BIRTH: Sheet = {
  authority: COMMUNE,
  title: 'Giấy khai sinh',
  number: '45/2019',
  pages: [
    [
      ['Họ và tên', 'Trần Hoài An'],
      ['Ngày sinh', '12/02/2019'],
      ['Giới tính', 'Nữ'],
      ['Dân tộc', 'Kinh'],
      ['Nơi sinh', 'Trung tâm Y tế huyện Bản Hoa'],
      ['Quê quán', HOME],
      ['Mẹ', 'Nguyễn Thị Hoa, sinh năm 1990'],
      ['Cha', 'Trần Văn Minh, sinh năm 1988'],
      ['Ngày đăng ký', '05/03/2019'],
    ],
    [
      ['Người đi khai sinh', 'Nguyễn Thị Hoa'],
      ['Quan hệ', 'Mẹ đẻ'],
      ['Giấy tờ đã xuất trình', 'Giấy chứng sinh, giấy chứng nhận kết hôn'],
      ['Ghi chú', 'Không'],
    ],
  ],
  signed: CHAIR,
};

const sheet = (title: string, number: string, authority: string, ...facts: (readonly [string, string])[]): Sheet => ({
  ...BIRTH,
  title,
  number,
  authority,
  pages: [[['Họ và tên', 'Nguyễn Thị Hoa'], ['Nơi thường trú', HOME], ...facts]],
});

async function ownPapers(hoa: Vault, page: Page, mark: (days: number) => void) {
  const [civil, identity, health, school, land, vehicle, tax] = await Promise.all(
    ['civil-status', 'identity', 'health', 'education', 'land-housing', 'vehicle-driving', 'tax-finance'].map((code) =>
      hoa.defaultFolder(code),
    ),
  );
  const at = (folder: Entry | undefined) => folder?.id ?? hoa.root;
  const building = await hoa.folder(hoa.root, 'Xây nhà 2026');
  const learning = await hoa.folder(hoa.root, 'Học hành của hai con');
  await hoa.folder(learning.id, 'An – Tiểu học Suối Mơ');
  await hoa.folder(learning.id, 'Bình – Mầm non Hoa Ban');
  await hoa.folder(hoa.root, 'Giấy tờ của bố mẹ');
  const empty = await hoa.folder(building.id, 'Ảnh công trình');
  await hoa.folder(building.id, 'Hợp đồng và báo giá');
  const children = await hoa.folder(at(civil), 'Giấy tờ của con');
  await hoa.folder(at(civil), 'Bản trích lục');

  const draw = (folder: string, file: string, drawing: Sheet, facts: Details) =>
    drawnPaper(hoa, page, folder, file, drawing, facts);
  const birth = await draw(at(civil), 'khai-sinh-an', BIRTH, {
    title: 'Giấy khai sinh của An',
    type_code: 'birth-certificate',
    issued_on: '2019-03-05',
    note: 'Bản chính giữ trong tủ ở nhà.',
    tags: ['con', 'trường học'],
  });
  await draw(
    children.id,
    'khai-sinh-binh',
    { ...BIRTH, number: '12/2022' },
    {
      title: 'Giấy khai sinh của Bình',
      type_code: 'birth-certificate',
      issued_on: '2022-01-20',
    },
  );
  await draw(
    at(civil),
    'ket-hon',
    sheet('Giấy chứng nhận kết hôn', '08/2016', COMMUNE, ['Chồng', 'Trần Văn Minh'], ['Ngày đăng ký', '20/10/2016']),
    {
      title: 'Giấy chứng nhận kết hôn',
      type_code: 'marriage-certificate',
      issued_on: '2016-10-20',
    },
  );
  mark(26);
  const unnamed = await hoa.add(at(civil), 'scan0012.pdf', await paperPdf(page, sheet('Đơn đề nghị', '03', COMMUNE)));
  const picture = await cardPicture(page, 'CĂN CƯỚC', [
    ['Số', '099090000101'],
    ['Họ và tên', 'Nguyễn Thị Hoa'],
    ['Ngày sinh', '08/03/1990'],
    ['Giới tính', 'Nữ'],
    ['Quê quán', 'Xã Suối Mơ, Bản Hoa'],
    ['Có giá trị đến', '08/03/2030'],
  ]);
  const card = await described(hoa, await hoa.add(at(identity), 'can-cuoc-mat-truoc.jpg', picture, 'image/jpeg'), {
    title: 'Căn cước của Hoa, mặt trước',
    type_code: 'identity-card',
    number: '099090000101',
    authority: 'Bộ Công an',
    issued_on: '2021-04-15',
    expires_on: '2030-03-08',
  });
  const police = 'Cục Quản lý xuất nhập cảnh';
  await draw(at(identity), 'ho-chieu', sheet('Hộ chiếu', 'K0123456', police, ['Quốc tịch', 'Việt Nam']), {
    title: 'Hộ chiếu của Hoa',
    type_code: 'passport',
    expires_on: inDays(ENDS[1]),
  });
  mark(19);
  const insurer = 'Bảo hiểm xã hội huyện Bản Hoa';
  const insurance = await draw(
    at(health),
    'bhyt',
    sheet('Thẻ bảo hiểm y tế', 'GD 4 99 0123456789', insurer, ['Nơi khám', 'Trạm Y tế xã Suối Mơ']),
    {
      title: 'Thẻ bảo hiểm y tế của Hoa',
      type_code: 'health-insurance-card',
      expires_on: inDays(ENDS[0]),
    },
  );
  let shots = await draw(
    at(health),
    'tiem-chung-an',
    sheet('Sổ tiêm chủng', 'TC-2019-0045', 'Trạm Y tế xã Suối Mơ', ['Mũi 1', '12/04/2019']),
    {
      title: 'Sổ tiêm chủng của An',
      type_code: 'vaccination-record',
    },
  );
  for (const shot of ['Mũi 2', 'Mũi 3']) {
    const newer = sheet(
      'Sổ tiêm chủng',
      'TC-2019-0045',
      'Trạm Y tế xã Suối Mơ',
      ['Mũi 1', '12/04/2019'],
      [shot, 'Đã tiêm'],
    );
    shots = await hoa.update(shots, await paperPdf(page, newer));
  }
  await draw(
    at(school),
    'bang-thpt',
    sheet('Bằng tốt nghiệp trung học phổ thông', 'THPT 0990123', 'Sở Giáo dục và Đào tạo tỉnh Kho Mẫu'),
    {
      title: 'Bằng tốt nghiệp THPT',
      type_code: 'diploma',
      issued_on: '2008-07-01',
    },
  );
  mark(12);
  const office = 'Văn phòng đăng ký đất đai huyện Bản Hoa';
  const deed = await draw(
    at(land),
    'so-do-thua-86',
    sheet('Giấy chứng nhận quyền sử dụng đất', 'CS 099123', office, ['Thửa đất số', '86'], ['Diện tích', '420 m²']),
    {
      title: 'Giấy chứng nhận quyền sử dụng đất thửa 86, tờ bản đồ số 12',
      type_code: 'land-use-certificate',
      issued_on: '2018-05-22',
    },
  );
  const permit = sheet('Giấy phép xây dựng', '17/GPXD', 'Ủy ban nhân dân huyện Bản Hoa', [
    'Công trình',
    'Nhà ở riêng lẻ, 2 tầng',
  ]);
  await draw(building.id, 'giay-phep-xay-dung', permit, {
    title: 'Giấy phép xây dựng nhà ở',
    type_code: 'construction-permit',
    issued_on: '2026-02-10',
    expires_on: inDays(ENDS[2]),
  });
  const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  const letter = await hoa.add(building.id, 'Đơn đề nghị cấp phép xây dựng.docx', docx('Đơn đề nghị cấp phép'), word);
  await draw(
    at(vehicle),
    'gplx',
    sheet('Giấy phép lái xe', '990123456789', 'Sở Giao thông vận tải tỉnh Kho Mẫu', ['Hạng', 'A1']),
    {
      title: 'Giấy phép lái xe hạng A1',
      type_code: 'driving-licence',
      expires_on: '2025-12-31',
    },
  );
  const invoice = `<?xml version="1.0" encoding="UTF-8"?>\n<HDon>\n  <TTChung>\n    <THDon>Hóa đơn giá trị gia tăng</THDon>\n    <SHDon>00012345</SHDon>\n  </TTChung>\n  <NMua>\n    <Ten>Nguyễn Thị Hoa</Ten>\n    <DChi>${HOME}</DChi>\n  </NMua>\n  <TgTTTBSo>486200</TgTTTBSo>\n</HDon>\n`;
  const bill = await described(
    hoa,
    await hoa.add(at(tax), 'Hóa đơn tiền điện tháng 10.xml', Buffer.from(invoice), 'application/xml'),
    {
      type_code: 'electronic-invoice',
      number: '00012345',
      authority: 'Điện lực Bản Hoa',
    },
  );

  mark(9);
  const gone: string[] = [];
  for (const name of ['Đơn xin nghỉ học (bản nháp).pdf', 'Biên lai học phí cũ.pdf', 'Ảnh chụp nhòe.pdf']) {
    gone.push((await hoa.addPdf(at(civil), name)).id);
  }
  const old = await hoa.folder(hoa.root, 'Hồ sơ vay vốn 2020');
  await hoa.addPdf(old.id, 'Phương án sử dụng vốn.pdf');
  for (const id of [...gone, old.id]) await hoa.post('/entries/trash', { ids: [id] });
  mark(6);

  return {
    folders: { civil: civil as Entry, health: health as Entry, building, empty },
    papers: { birth, card, letter, bill, insurance, shots, unnamed, deed },
  };
}

/** The vault of the co-operative, with its members and papers. */
async function cooperative(server: Server, hoa: Vault, minh: Vault, page: Page) {
  const { items } = await hoa.get<{ items: components['schemas']['VaultBody'][] }>('/vaults');
  const vault = items.find(({ owner_kind }) => owner_kind === 'organisation');
  if (!vault) throw new Error('the co-operative has no vault');
  await hoa.put(`/vaults/${vault.id}/members/minh`, { role: 'editor' });
  await hoa.put(`/vaults/${vault.id}/members/mai`, { role: 'viewer' });
  const drawing = sheet('Giấy chứng nhận đăng ký hợp tác xã', '2500123456', 'Phòng Tài chính – Kế hoạch huyện Bản Hoa');
  await drawnPaper(hoa, page, vault.root_id, 'dang-ky-htx', drawing, {
    title: 'Giấy chứng nhận đăng ký hợp tác xã',
    type_code: 'cooperative-registration',
  });
  return signedPapers(server, minh, vault.root_id, page);
}

/** When papers were signed; a time stamp proves it, so they are judged alike whenever that is. */
const SIGNED_AT = new Date('2025-03-05T08:30:00+07:00');

/** Papers with signatures of every kind, added by Minh, so that Hoa's own lists have none of them. */
async function signedPapers(server: Server, minh: Vault, root: string, page: Page) {
  const signers = new Signers();
  await signers.believed(server, true);
  const folder = await minh.folder(root, 'Giấy tờ ký số');
  const draw = (title: string, number: string) => paperPdf(page, sheet(title, number, COMMUNE));
  const sign = async (title: string, number: string) => signers.valid(await draw(title, number), SIGNED_AT);
  const signedFile = await sign('Trích lục khai sinh', '45/TL-2025');
  const files: [Conclusion, string, Buffer][] = [
    ['valid', 'Giấy phép khai thác nước', await sign('Giấy phép khai thác nước', '08/GP-UBND')],
    ['valid_with_later_changes', 'Biên bản giao đất', filledIn(await sign('Biên bản giao đất', '21/BB'))],
    ['indeterminate', 'Hợp đồng mua chè', signers.indeterminate(await draw('Hợp đồng mua chè', '15/HĐ'), SIGNED_AT)],
    ['invalid', 'Giấy xác nhận vay vốn', tampered(await sign('Giấy xác nhận vay vốn', '03/XN'))],
  ];
  const signed = {} as Record<Conclusion, Entry>;
  for (const [conclusion, title, bytes] of files) {
    const paper = await minh.add(folder.id, `${title}.pdf`, bytes);
    signed[conclusion] = paper;
    await judged(minh, paper, conclusion);
  }
  return { signed, signedFile };
}

async function judged(vault: Vault, paper: Entry, conclusion: Conclusion): Promise<void> {
  for (const patience = Date.now() + 20_000; Date.now() < patience;) {
    const path = `/entries/${paper.id}/signatures`;
    const { state, verdict } = await vault.get<components['schemas']['SignaturesBody']>(path);
    if (state === 'judged' && verdict?.conclusion === conclusion) return;
    if (state !== 'pending') throw new Error(`${paper.name} is ${state} ${verdict?.conclusion ?? ''}`);
    await new Promise((next) => setTimeout(next, 100));
  }
  throw new Error(`${paper.name} was not judged`);
}

type Own = Awaited<ReturnType<typeof ownPapers>>;

/** What Hoa shares and cites, who looked at it, and her links. */
async function shares(
  hoa: Vault,
  minh: Vault,
  mai: Vault,
  lan: Vault,
  { folders, papers }: Own,
): Promise<Stage['links']> {
  const give = (from: Vault, entry: Entry, login: string, rights: string[], days: number | null, message?: string) =>
    from.post('/grants', {
      entry_id: entry.id,
      recipient: { login },
      rights,
      message,
      expires_at: days === null ? undefined : new Date(Date.now() + days * DAY).toISOString(),
    });
  await give(hoa, folders.building, 'minh', ['view', 'download', 'edit', 'reshare'], null, 'Anh giữ cùng em cho tiện.');
  await give(hoa, papers.birth, 'minh', ['view', 'download', 'reshare'], 30, 'Anh nộp hồ sơ nhập học cho An giúp em.');
  await give(minh, papers.birth, 'lan', ['view'], 7);
  await give(hoa, papers.birth, 'mai', ['view'], 7);
  await give(hoa, papers.deed, 'lan', ['view', 'download'], 14);
  const look = async (vault: Vault, entry: Entry, why?: string) => {
    await vault.get(`/entries/${entry.id}`);
    if (!why) return;
    const headers = { 'Kho-Purpose': encodeURIComponent(why) };
    await vault.api.get(`/api/v1/entries/${entry.id}/content`, { headers });
  };
  await look(minh, papers.birth, 'Làm hồ sơ nhập học cho An');
  await look(mai, papers.birth);
  await look(lan, papers.deed, 'Đối chiếu thửa đất khi cấp phép xây dựng');

  await hoa.post(`/entries/${papers.birth.id}/versions/1/citation`, {});

  const link = async (entry: Entry, options: object = {}) => {
    const expires_at = new Date(Date.now() + 7 * DAY).toISOString();
    const wanted = { entry_id: entry.id, rights: ['view', 'download'], expires_at, ...options };
    const { id, secret } = await hoa.post<components['schemas']['MadeLinkBody']>('/links', wanted);
    return { id, address: `/link#${secret}` };
  };
  const ended = await link(papers.birth);
  await hoa.remove(`/grants/${ended.id}`);
  return {
    paper: (await link(papers.birth)).address,
    folder: (await link(folders.civil)).address,
    password: (await link(papers.deed, { password: 'hoa sen 2026', max_downloads: 5 })).address,
    ended: ended.address,
  };
}

/** What others share with Hoa, which she is also told. */
async function receivedPapers(hoa: Vault, minh: Vault, mai: Vault, page: Page) {
  const folder = await minh.folder(minh.root, 'Xe máy của nhà');
  const police = 'Công an huyện Bản Hoa';
  const vehicle = sheet('Đăng ký xe máy', '99-B1 123.45', police, ['Chủ xe', 'Trần Văn Minh']);
  let registration = await drawnPaper(minh, page, folder.id, 'dang-ky-xe', vehicle, {
    title: 'Đăng ký xe máy',
    type_code: 'vehicle-registration',
  });
  await hoa.get(`/entries/${hoa.root}`);
  const give = (from: Vault, entry: Entry, rights: string[], message?: string) =>
    from.post<{ id: string }>('/grants', { entry_id: entry.id, recipient: { login: 'hoa' }, rights, message });
  await give(minh, folder, ['view', 'download', 'edit'], 'Em giữ hộ anh, khi nào cần thì mở.');
  const labour = sheet('Hợp đồng lao động', '12/HĐLĐ', ORGANISATION, ['Công việc', 'Chế biến chè']);
  const contract = await drawnPaper(mai, page, mai.root, 'hop-dong', labour, {
    title: 'Hợp đồng lao động của Mai',
    type_code: 'labour-contract',
  });
  await give(mai, contract, ['view', 'download']);
  const letter = sheet('Đơn xin xác nhận cư trú', '07', COMMUNE, ['Kính gửi', COMMUNE]);
  const named = await mai.add(mai.root, 'Đơn xin xác nhận cư trú.pdf', await paperPdf(page, letter));
  await give(mai, named, ['view']);
  const old = await mai.addPdf(mai.root, 'Danh sách hộ trồng chè.pdf');
  const { id } = await give(mai, old, ['view', 'download']);
  await mai.remove(`/grants/${id}`);
  registration = await minh.update(registration, await paperPdf(page, { ...vehicle, number: '99-B1 543.21' }));
  return { folder, named, registration };
}

/** Waits until every first page has its picture. */
async function drawn(hoa: Vault): Promise<void> {
  const waits = async () => {
    const found: Entry[] = [];
    const queue = [hoa.root];
    for (let folder = queue.shift(); folder; folder = queue.shift()) {
      for (const entry of await hoa.children(folder)) {
        if (entry.kind === 'folder') queue.push(entry.id);
        else found.push(entry);
      }
    }
    return found.some(({ document }) => /pdf|jpeg/.test(document?.media_type ?? '') && !document?.has_thumbnail);
  };
  for (const patience = Date.now() + 30_000; Date.now() < patience;) {
    if (!(await waits())) return;
    await new Promise((next) => setTimeout(next, 200));
  }
  throw new Error('the first pages were not drawn');
}
