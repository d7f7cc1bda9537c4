/** What a notice says, and where it leads. */
import Clock from '@lucide/svelte/icons/clock';
import FilePlus from '@lucide/svelte/icons/file-plus';
import FileX from '@lucide/svelte/icons/file-x';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Share2 from '@lucide/svelte/icons/share-2';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import Trash2 from '@lucide/svelte/icons/trash-2';
import UserX from '@lucide/svelte/icons/user-x';
import type { Component } from 'svelte';
import { deviceName } from '../account/device';
import type { Schema } from '../lib/api/client';
import { count, day, size } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { notices } from '../lib/i18n/words/notices';
import type { DossierState } from '../lib/api/dossiers';
import { stateOf, stateWord } from '../dossiers/states';
import { rightsInWords } from '../share/rights';
import { untilWhen } from '../share/until';

export type Notice = Schema['NoticeBody'];

const SECURITY: readonly Notice['kind'][] = [
  'sign_in_new_browser',
  'password_changed',
  'sessions_ended',
  'email_changed',
];

/** Whether somebody else may have done it in the person's name. */
export function isSecurity(notice: Notice): boolean {
  return SECURITY.includes(notice.kind);
}

export function sentence({ kind, detail, actor_name, entry_name }: Notice): string {
  const who = actor_name ?? say(notices.somebody);
  const what = entry_name ?? say(notices.something);
  switch (kind) {
    case 'share_received':
      return say(notices.shareReceived, who, what);
    case 'share_changed':
      return say(notices.shareChanged, who, what);
    case 'share_revoked':
      return detail.because === 'revoked' ? say(notices.shareRevoked, who, what) : say(notices.shareEnded, what);
    case 'share_expired':
      return say(detail.given ? notices.givenExpired : notices.receivedExpired, what);
    case 'version_added':
      return say(notices.versionAdded, who, what);
    case 'paper_expiring':
      return say(notices.paperExpiring, what, detail.expires_on ? day(detail.expires_on) : '');
    case 'sign_in_new_browser':
      return say(notices.newBrowser, deviceName(detail.user_agent ?? ''), detail.address ?? '');
    case 'password_changed':
      return say(notices.passwordChanged);
    case 'sessions_ended':
      return say(notices.sessionsEnded, count(detail.count ?? 0));
    case 'email_changed':
      return say(notices.emailChanged);
    case 'vault_taken_over':
      return say(notices.vaultTakenOver);
    case 'retention_planned':
      return say(notices.retentionPlanned, count(detail.count ?? 0), detail.purge_at ? day(detail.purge_at) : '');
    case 'quota_near':
      return say(notices.quotaNear, size(detail.used_bytes ?? 0), size(detail.quota_bytes ?? 0));
    case 'dossier_moved':
      return say(notices.dossierMoved, detail.dossier_code ?? '', stateInSentence(detail.state));
    case 'supplement_requested':
      return say(notices.supplementRequested, detail.dossier_code ?? '');
    case 'paper_refused':
      return say(notices.paperRefused, what, detail.dossier_code ?? '');
    case 'consent_asked':
      return say(notices.consentAsked, who, detail.dossier_code ?? '', detail.confirm_code ?? '');
    case 'paper_received':
      return say(notices.paperReceived, who, what, detail.dossier_code ?? '');
    case 'paper_compared':
      return say(notices.paperCompared, who, what, detail.dossier_code ?? '');
    case 'result_revoked':
      return say(notices.resultRevoked, who, what, detail.note ?? '');
    case 'citation_asked':
      return say(notices.citationAsked, who, what, detail.purpose ?? '');
    case 'citation_used':
      return say(notices.citationUsed, who, what, detail.dossier_code ?? '');
    case 'paper_asked':
      return say(notices.paperAsked, who, what, detail.procedure ?? '');
    case 'paper_given':
      return say(notices.paperGiven, who, detail.dossier_code ?? '');
    case 'paper_not_given':
      return say(notices.paperNotGiven, who, detail.dossier_code ?? '');
    case 'authority_used':
      return say(notices.authorityUsed, who, detail.dossier_code ?? '', detail.legal_basis ?? '');
  }
}

/** A state's word within a sentence. */
function stateInSentence(state: string | null | undefined): string {
  const word = stateWord(stateOf({ state: (state ?? 'submitted') as DossierState }));
  return word.charAt(0).toLocaleLowerCase() + word.slice(1);
}

const DOSSIERS: readonly Notice['kind'][] = [
  'dossier_moved',
  'supplement_requested',
  'paper_refused',
  'paper_compared',
  'consent_asked',
  'authority_used',
  'citation_used',
  'paper_given',
  'paper_not_given',
];

/** Answered among the citations. */
const ASKED: readonly Notice['kind'][] = ['citation_asked', 'paper_asked'];

/** What may be done with what was shared, and until when; empty for other notices. */
export function shareTerms({ kind, detail }: Notice): string {
  if ((kind !== 'share_received' && kind !== 'share_changed') || !detail.rights) return '';
  return [rightsInWords(detail.rights), untilWhen(detail.expires_at)].join(' · ');
}

export function iconFor({ kind }: Notice): Component {
  if (kind === 'share_received' || kind === 'share_changed') return Share2;
  if (kind === 'share_revoked' || kind === 'share_expired') return UserX;
  if (kind === 'version_added' || kind === 'paper_received') return FilePlus;
  if (kind === 'result_revoked') return FileX;
  if (kind === 'vault_taken_over') return FolderOpen;
  if (kind === 'paper_expiring') return Clock;
  if (kind === 'retention_planned') return Trash2;
  if (DOSSIERS.includes(kind) || ASKED.includes(kind)) return FolderOpen;
  return kind === 'quota_near' ? HardDrive : ShieldAlert;
}

/** Where it can be seen, or something done about it. */
export function addressFor(notice: Notice): string {
  const { kind, detail, entry_id } = notice;
  if (kind === 'share_revoked') return '/shared/with-me';
  if (kind === 'share_expired') return detail.given ? '/shared/by-me' : '/shared/with-me';
  if (kind === 'retention_planned') return '/trash';
  if (kind === 'quota_near') return '/usage';
  if (kind === 'vault_taken_over') return '/';
  if (ASKED.includes(kind)) return '/citations';
  if (DOSSIERS.includes(kind) && detail.dossier_id) return `/dossiers/${detail.dossier_id}`;
  // The address of a document leads on to the folder where it is one.
  return entry_id && !isSecurity(notice) ? `/documents/${entry_id}` : '/account';
}
