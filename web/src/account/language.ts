/** The language as a choice of the browser, and of the account where somebody is signed in. */
import { api, ask, ifMatch } from '../lib/api/client';
import { setLanguage, type Language } from '../lib/i18n/index.svelte';
import { session, setAccount } from '../lib/session.svelte';

/** Letters and notices come in the account's language, so it follows. */
export async function chooseLanguage(language: Language): Promise<void> {
  setLanguage(language);
  if (!session.account || session.account.language === language) return;
  const { rev } = await ask(api.GET('/api/v1/me'));
  setAccount(await ask(api.PATCH('/api/v1/me', { params: { header: ifMatch(rev) }, body: { language } })));
}
