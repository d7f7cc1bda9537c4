/** What a receipt says, on the screen and on paper. */
import { trustOf } from '../entries/trust';
import type { Receipt } from '../lib/api/dossiers';
import { inWords } from '../lib/catalogue.svelte';
import { day, moment } from '../lib/i18n/format';
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { citations } from '../lib/i18n/words/citations';
import { dossiers, uses } from '../lib/i18n/words/dossiers';
import { CONCLUSIONS, type Conclusion } from '../verdict/conclusions';

const GROUNDS: Record<string, Phrase> = {
  owner: uses.grounds,
  one_time_code: uses.groundCode,
  authority: uses.groundAuthority,
  system: uses.groundSystem,
  digitised: uses.groundDigitised,
  citation: citations.ground,
  agreed: citations.groundAgreed,
};

const dayOf = (date: string | null | undefined) => (date ? day(date) : null);

export function factsOf({ number, at, facts }: Receipt): (readonly [string, string | null | undefined])[] {
  const ground = GROUNDS[facts.ground];
  const verdict = facts.verdict ? CONCLUSIONS[facts.verdict as Conclusion].word : null;
  return [
    [say(uses.receiptTitle), say(uses.receiptNumber, String(number))],
    [say(uses.at), moment(at)],
    [say(uses.dossier), facts.dossier_code],
    [say(uses.procedure), facts.procedure_name],
    [say(uses.component), inWords(facts.component_name)],
    [say(uses.purpose), facts.purpose],
    [say(uses.by), facts.attached_by],
    [say(uses.agency), facts.agency_code],
    [say(uses.ground), ground ? say(ground) : null],
    [say(uses.legalBasis), facts.legal_basis],
    [say(uses.paper), facts.title],
    [say(uses.number), facts.number],
    [say(uses.authority), facts.authority],
    [say(uses.issuedOn), dayOf(facts.issued_on)],
    [say(uses.version), String(facts.version)],
    [say(uses.trust), say(trustOf(facts.trust_level).phrase)],
    [say(uses.verdict), verdict ? say(verdict) : null],
    [say(uses.hash), facts.sha256],
  ];
}

/** What has become of the paper in the dossier since. */
export const BECAME: Record<Receipt['attachment_state'], Phrase> = {
  attached: dossiers.inDossier,
  accepted: dossiers.accepted,
  refused: dossiers.refused,
  replaced: dossiers.replaced,
  removed: dossiers.removed,
};
