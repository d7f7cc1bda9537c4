/** What an item of the catalogue says, line by line: for its page, and for what a version changed. */
import type {
  Agency,
  CalendarDay,
  Component,
  DocumentType,
  Item,
  Kind,
  Level,
  Procedure,
  ResultType,
} from '../lib/api/catalogue';
import { inWords, typeName } from '../lib/catalogue.svelte';
import { count, day } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { wording, levels } from '../lib/i18n/words/catalogue';
import { folderName, resultName } from './names.svelte';

export type Facts = [string, string | null | undefined][];

export const levelName = (level: Level) => say(levels[level]);

/** A duration such as P1Y6M as people say it. */
export function lengthInWords(duration: string): string {
  const parts = [...duration.matchAll(/(\d+)([YMD])/g)];
  const unit = { Y: wording.years, M: wording.months, D: wording.days };
  return parts.map(([, number, letter]) => say(unit[letter as 'Y' | 'M' | 'D'], number ?? '')).join(' ') || duration;
}

/** Name and code of a type of document; its code where nobody knows it. */
const named = (name: string | null, code: string) => (name ? `${name} (${code})` : code);
const onDay = (date: string | null | undefined) => (date ? day(date) : null);

export function validityInWords(validity: string): string {
  if (validity === 'permanent') return say(wording.permanent);
  if (validity === 'dated') return say(wording.dated);
  return say(wording.fromIssue, lengthInWords(validity));
}

function names({ code, name }: Item): Facts {
  return [
    [say(wording.code), code],
    [say(wording.nameVi), name.vi],
    [say(wording.nameEn), name.en],
  ];
}

const agencyFacts = (agency: Agency): Facts => [
  ...names(agency),
  [say(wording.level), levelName(agency.level)],
  [say(wording.parent), agency.parent],
  [say(wording.validFrom), onDay(agency.valid_from)],
  [say(wording.validUntil), onDay(agency.valid_until)],
  [say(wording.mergedInto), agency.merged_into],
];

const typeFacts = (type: DocumentType): Facts => [
  ...names(type),
  [say(wording.family), folderName(type.family)],
  [say(wording.familyOrganisation), type.family_organisation ? folderName(type.family_organisation) : null],
  [say(wording.issuer), levelName(type.level)],
  [say(wording.validity), validityInWords(type.validity)],
  [say(wording.information), type.information ? count(type.information) : null],
  ...(type.fields ?? []).map((field): Facts[number] => {
    const what = [inWords(field.name), say(wording[field.kind]), field.required ? say(wording.mustHave) : ''];
    return [say(wording.field, field.code), what.filter(Boolean).join(' · ')];
  }),
];

const resultFacts = (result: ResultType): Facts => [
  ...names(result),
  [say(wording.keptAs), named(typeName(result.document_type), result.document_type)],
];

const dayFacts = (one: CalendarDay): Facts => [
  [say(wording.theDay), day(one.code)],
  ...names(one).slice(1),
  [say(wording.dayKind), say(one.work ? wording.dayWorked : wording.dayOff)],
];

/** What a procedure says besides its components and conditions. */
export const procedureFacts = (procedure: Procedure): Facts => [
  ...names(procedure),
  [say(wording.sphere), named(inWords(procedure.field.name), procedure.field.code)],
  [say(wording.level), levelName(procedure.level)],
  [
    say(wording.forWhom),
    procedure.for.map((who) => say(who === 'person' ? wording.person : wording.organisation)).join(', '),
  ],
  [say(wording.workingDays), procedure.working_days ? count(procedure.working_days) : null],
  [say(wording.online), say(procedure.online ? wording.yes : wording.no)],
  [say(wording.results), (procedure.results ?? []).map((code) => named(resultName(code), code)).join('; ')],
  [say(wording.validFrom), onDay(procedure.valid_from)],
  [say(wording.validUntil), onDay(procedure.valid_until)],
];

/** What a component asks for, piece by piece. */
export function componentDemands(component: Component, procedure: Procedure): string[] {
  const { accepts = [], copies = 1, min_trust: trust = 1 } = component;
  const condition = procedure.conditions?.find(({ code }) => code === component.when);
  const types = accepts.map((code) => typeName(code) ?? code).join('; ');
  return [
    condition ? say(wording.when, inWords(condition.question)) : '',
    types ? say(wording.accepts, types) : say(wording.acceptsForm),
    component.max_age ? say(wording.maxAge, lengthInWords(component.max_age)) : '',
    trust > 1 ? say(wording.minTrust, count(trust)) : '',
    copies === 1 ? '' : say(wording.copies, count(copies)),
  ].filter(Boolean);
}

export const needName = (component: Component) => say(wording[component.need]);

function componentFact(component: Component, procedure: Procedure): Facts[number] {
  const pieces = [
    inWords(component.name),
    needName(component),
    component.group ? say(wording.alternative, component.group) : '',
    ...componentDemands(component, procedure),
    component.note ? inWords(component.note) : '',
  ];
  return [say(wording.component, component.code), pieces.filter(Boolean).join(' · ')];
}

/** All that an item says. */
export function factsOf(kind: Kind, item: Item): Facts {
  if (kind === 'agencies') return agencyFacts(item as Agency);
  if (kind === 'document-types') return typeFacts(item as DocumentType);
  if (kind === 'result-types') return resultFacts(item as ResultType);
  if (kind === 'days') return dayFacts(item as CalendarDay);
  const procedure = item as Procedure;
  return [
    ...procedureFacts(procedure),
    ...(procedure.conditions ?? []).map(({ code, question }): Facts[number] => [
      say(wording.condition, code),
      inWords(question),
    ]),
    ...procedure.components.map((component) => componentFact(component, procedure)),
  ];
}
