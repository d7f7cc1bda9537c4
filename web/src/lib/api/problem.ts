/** What went wrong, as the server says it (RFC 9457) or as the network did. */
import { say, type Phrase } from '../i18n/index.svelte';
import { common } from '../i18n/words/common';

export class Problem extends Error {
  constructor(
    /** Stable; `docs/api/problems.md` lists them. `offline` where no answer came. */
    readonly code: string,
    /** A sentence in the page's language that says what happened and what to do. */
    readonly detail: string,
    readonly status: number = 0,
    /** What else the server told: the named field, limits. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail);
  }

  static from(body: unknown, status: number): Problem {
    const told = (body && typeof body === 'object' ? body : {}) as Record<string, unknown>;
    const code = typeof told.code === 'string' ? told.code : 'unknown';
    const detail = typeof told.detail === 'string' ? told.detail : say(common.unknownProblem);
    return new Problem(code, detail, status, told);
  }

  static offline(): Problem {
    return new Problem('offline', say(common.offline));
  }

  /** Anything thrown, as a problem that can be shown. */
  static of(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    return new Problem('page', say(common.unknownProblem));
  }
}

/** The sentence for a phrase of this page's own checks, where the server was not asked. */
export function ownProblem(code: string, phrase: Phrase): Problem {
  return new Problem(code, say(phrase));
}
