/** The slip of a dossier: before an agency has received it, it only tells what was prepared. */
import type { DossierDetail } from '../lib/api/dossiers';
import { say } from '../lib/i18n/index.svelte';
import { slip } from '../lib/i18n/words/slip';

export function slipName({ received_at }: Pick<DossierDetail, 'received_at'>): string {
  return say(received_at ? slip.received : slip.ahead);
}
