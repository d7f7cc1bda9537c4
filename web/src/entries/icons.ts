/** Which picture stands for which folder and which kind of file. */
import BadgeCheck from '@lucide/svelte/icons/badge-check';
import Briefcase from '@lucide/svelte/icons/briefcase';
import BriefcaseBusiness from '@lucide/svelte/icons/briefcase-business';
import Building2 from '@lucide/svelte/icons/building-2';
import Car from '@lucide/svelte/icons/car';
import Factory from '@lucide/svelte/icons/factory';
import File from '@lucide/svelte/icons/file';
import FileCode from '@lucide/svelte/icons/file-code';
import FilePenLine from '@lucide/svelte/icons/file-pen-line';
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet';
import FileText from '@lucide/svelte/icons/file-text';
import FileType from '@lucide/svelte/icons/file-type';
import Folder from '@lucide/svelte/icons/folder';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import House from '@lucide/svelte/icons/house';
import IdCard from '@lucide/svelte/icons/id-card';
import Image from '@lucide/svelte/icons/image';
import MapPinHouse from '@lucide/svelte/icons/map-pin-house';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import Scale from '@lucide/svelte/icons/scale';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import type { Entry } from './entry';

const FOLDERS: Record<string, Component> = {
  identity: IdCard,
  'civil-status': Users,
  residence: MapPinHouse,
  education: GraduationCap,
  health: HeartPulse,
  registration: Building2,
  licences: BadgeCheck,
  contracts: FilePenLine,
  staff: Briefcase,
  projects: Factory,
  'land-housing': House,
  'vehicle-driving': Car,
  'work-business': BriefcaseBusiness,
  'tax-finance': ReceiptText,
  justice: Scale,
};

export function iconOf(entry: Pick<Entry, 'kind' | 'system_code' | 'document'>): Component {
  if (entry.kind === 'folder') return FOLDERS[entry.system_code ?? ''] ?? Folder;
  const media = entry.document?.media_type ?? '';
  if (media === 'application/pdf') return FileText;
  if (media.startsWith('image/')) return Image;
  if (media.includes('spreadsheet') || media.includes('excel')) return FileSpreadsheet;
  if (media.includes('word')) return FileType;
  return media.includes('xml') ? FileCode : File;
}
