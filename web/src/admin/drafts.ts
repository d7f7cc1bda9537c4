/** Items of the catalogue as forms hold them: every member there, what is left out as empty text. */
import type {
  Agency,
  CalendarDay,
  Component,
  DocumentType,
  Item,
  Items,
  Kind,
  Level,
  Procedure,
  ResultType,
} from '../lib/api/catalogue';

interface Words {
  vi: string;
  en: string;
}

export interface AgencyDraft {
  code: string;
  name: Words;
  level: string;
  parent: string;
  valid_from: string;
  valid_until: string;
  merged_into: string;
}

export interface FieldDraft {
  code: string;
  name: Words;
  kind: string;
  required: boolean;
}

export type Holding = 'permanent' | 'dated' | 'lasting';

export interface TypeDraft {
  code: string;
  name: Words;
  family: string;
  family_organisation: string;
  level: string;
  holding: Holding;
  /** From the day of issue, where it is `lasting`. */
  length: string;
  information: string;
  fields: FieldDraft[];
}

export interface ResultDraft {
  code: string;
  name: Words;
  document_type: string;
}

export interface DayDraft {
  code: string;
  name: Words;
  work: boolean;
}

export interface ConditionDraft {
  code: string;
  question: Words;
}

export interface ComponentDraft {
  code: string;
  name: Words;
  need: string;
  when: string;
  group: string;
  copies: string;
  accepts: string[];
  max_age: string;
  min_trust: string;
  note: Words;
}

export interface ProcedureDraft {
  code: string;
  name: Words;
  field: { code: string; name: Words };
  level: string;
  person: boolean;
  organisation: boolean;
  working_days: string;
  online: boolean;
  conditions: ConditionDraft[];
  components: ComponentDraft[];
  results: string[];
  valid_from: string;
  valid_until: string;
}

interface Drafts {
  agencies: AgencyDraft;
  'document-types': TypeDraft;
  'result-types': ResultDraft;
  procedures: ProcedureDraft;
  days: DayDraft;
}
export type Draft = Drafts[Kind];

const noWords = (): Words => ({ vi: '', en: '' });
const text = (value: string | number | null | undefined) => (value === null || value === undefined ? '' : `${value}`);
const trimmed = ({ vi, en }: Words): Words => ({ vi: vi.trim(), en: en.trim() });
const given = (value: string) => value.trim() || undefined;
const numbered = (value: string) => (/^\d+$/.test(value.trim()) ? Number(value) : undefined);

const agencyDraft = (agency?: Agency): AgencyDraft => ({
  code: text(agency?.code),
  name: { ...(agency?.name ?? noWords()) },
  level: agency?.level ?? 'commune',
  parent: text(agency?.parent),
  valid_from: text(agency?.valid_from),
  valid_until: text(agency?.valid_until),
  merged_into: text(agency?.merged_into),
});

function typeDraft(type?: DocumentType): TypeDraft {
  const validity = type?.validity ?? 'permanent';
  const holding: Holding = validity === 'permanent' || validity === 'dated' ? validity : 'lasting';
  return {
    code: text(type?.code),
    name: { ...(type?.name ?? noWords()) },
    family: text(type?.family),
    family_organisation: text(type?.family_organisation),
    level: type?.level ?? 'commune',
    holding,
    length: holding === 'lasting' ? validity : '',
    information: text(type?.information),
    fields: (type?.fields ?? []).map((field) => ({
      ...field,
      name: { ...field.name },
      required: field.required ?? false,
    })),
  };
}

const resultDraft = (result?: ResultType): ResultDraft => ({
  code: text(result?.code),
  name: { ...(result?.name ?? noWords()) },
  document_type: text(result?.document_type),
});

export const componentDraft = (component?: Component): ComponentDraft => ({
  code: text(component?.code),
  name: { ...(component?.name ?? noWords()) },
  need: component?.need ?? 'required',
  when: text(component?.when),
  group: text(component?.group),
  copies: text(component?.copies ?? 1),
  accepts: [...(component?.accepts ?? [])],
  max_age: text(component?.max_age),
  min_trust: text(component?.min_trust ?? 1),
  note: { ...(component?.note ?? noWords()) },
});

const procedureDraft = (procedure?: Procedure): ProcedureDraft => ({
  code: text(procedure?.code),
  name: { ...(procedure?.name ?? noWords()) },
  field: { code: text(procedure?.field.code), name: { ...(procedure?.field.name ?? noWords()) } },
  level: procedure?.level ?? 'commune',
  person: procedure?.for.includes('person') ?? true,
  organisation: procedure?.for.includes('organisation') ?? false,
  working_days: text(procedure?.working_days),
  online: procedure?.online ?? false,
  conditions: (procedure?.conditions ?? []).map(({ code, question }) => ({ code, question: { ...question } })),
  components: (procedure?.components ?? []).map(componentDraft),
  results: [...(procedure?.results ?? [])],
  valid_from: text(procedure?.valid_from),
  valid_until: text(procedure?.valid_until),
});

const dayDraft = (one?: CalendarDay): DayDraft => ({
  code: text(one?.code),
  name: { ...(one?.name ?? noWords()) },
  work: one?.work ?? false,
});

/** What a form begins with: an item, or an empty one. */
export function draftOf<K extends Kind>(kind: K, item?: Items[K]): Drafts[K];
export function draftOf(kind: Kind, item?: Item): Draft {
  if (kind === 'agencies') return agencyDraft(item as Agency | undefined);
  if (kind === 'document-types') return typeDraft(item as DocumentType | undefined);
  if (kind === 'result-types') return resultDraft(item as ResultType | undefined);
  if (kind === 'days') return dayDraft(item as CalendarDay | undefined);
  return procedureDraft(item as Procedure | undefined);
}

const agencyOf = (draft: AgencyDraft): Agency => ({
  code: draft.code.trim(),
  name: trimmed(draft.name),
  level: draft.level as Level,
  parent: given(draft.parent),
  valid_from: given(draft.valid_from),
  valid_until: given(draft.valid_until),
  merged_into: given(draft.merged_into),
});

const typeOf = (draft: TypeDraft): DocumentType => ({
  code: draft.code.trim(),
  name: trimmed(draft.name),
  family: draft.family,
  family_organisation: given(draft.family_organisation),
  level: draft.level as Level,
  validity: draft.holding === 'lasting' ? draft.length || 'P0D' : draft.holding,
  information: numbered(draft.information),
  fields: draft.fields.map((field) => ({
    code: field.code.trim(),
    name: trimmed(field.name),
    kind: field.kind as NonNullable<DocumentType['fields']>[number]['kind'],
    required: field.required,
  })),
});

const componentOf = (draft: ComponentDraft): Component => ({
  code: draft.code.trim(),
  name: trimmed(draft.name),
  need: draft.need as Component['need'],
  when: draft.need === 'conditional' ? given(draft.when) : undefined,
  group: given(draft.group),
  copies: numbered(draft.copies),
  accepts: [...draft.accepts],
  max_age: given(draft.max_age),
  min_trust: numbered(draft.min_trust),
  note: draft.note.vi.trim() || draft.note.en.trim() ? trimmed(draft.note) : undefined,
});

const procedureOf = (draft: ProcedureDraft): Procedure => ({
  code: draft.code.trim(),
  name: trimmed(draft.name),
  field: { code: draft.field.code.trim(), name: trimmed(draft.field.name) },
  level: draft.level as Level,
  for: [...(draft.person ? ['person'] : []), ...(draft.organisation ? ['organisation'] : [])],
  working_days: numbered(draft.working_days),
  online: draft.online,
  conditions: draft.conditions.map(({ code, question }) => ({ code: code.trim(), question: trimmed(question) })),
  components: draft.components.map(componentOf),
  results: [...draft.results],
  valid_from: given(draft.valid_from),
  valid_until: given(draft.valid_until),
});

/** The item that a form was filled in for. */
export function itemOf(kind: Kind, draft: Draft): Item {
  if (kind === 'agencies') return agencyOf(draft as AgencyDraft);
  if (kind === 'document-types') return typeOf(draft as TypeDraft);
  if (kind === 'result-types') return { ...(draft as ResultDraft), ...namesOf(draft as ResultDraft) };
  if (kind === 'days') return { ...(draft as DayDraft), ...namesOf(draft as DayDraft) };
  return procedureOf(draft as ProcedureDraft);
}

const namesOf = ({ code, name }: ResultDraft | DayDraft) => ({ code: code.trim(), name: trimmed(name) });
