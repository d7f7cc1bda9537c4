/**
 * The one way to ask the server. Types come from the OpenAPI document (`npm run schema`).
 *
 * `await ask(api.GET('/api/v1/me'))` answers with the body or throws a `Problem`.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import { language } from '../i18n/index.svelte';
import { Problem } from './problem';
import type { components, paths } from './schema';

export type Schema = components['schemas'];

let csrfToken = '';
let onSignedOut: () => void = () => {};

/** The session's token against forged requests; it goes with every change. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** What to do when the server no longer knows the session. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** Headers for requests that do not go through `api`: uploads, and the bytes of papers. */
export function headers(): Record<string, string> {
  return { 'Accept-Language': language(), 'X-CSRF-Token': csrfToken };
}

const session: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language());
    if (!['GET', 'HEAD'].includes(request.method) && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(session);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or its problem thrown. */
export async function ask<T>(pending: Promise<Answer<T>>): Promise<T> {
  const answer = await pending.catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw Problem.offline();
  });
  if (answer.response.ok) return answer.data as T;
  throw refusal(answer.error, answer.response.status);
}

/** The problem of an answer that did not come through `api`. */
export async function refused(response: Response): Promise<Problem> {
  return refusal(await response.json().catch(() => null), response.status);
}

function refusal(body: unknown, status: number): Problem {
  const problem = Problem.from(body, status);
  if (problem.code === 'session_expired' || problem.code === 'not_signed_in') onSignedOut();
  return problem;
}

/** The header that guards a change against one made elsewhere meanwhile. */
export function ifMatch(rev: number): { 'If-Match': string } {
  return { 'If-Match': `"${rev}"` };
}
