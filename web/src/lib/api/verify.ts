/** Having a file judged without an account. Not through `api`, whose requests can't tell how much was sent. */
import { headers, type Schema } from './client';
import { Problem } from './problem';

/** The verdict on a file; `content` is what it signs, where that is a file of its own. `onsent` is told the part sent, from 0 to 1. */
export function verify(
  file: File,
  content: File | null,
  onsent: (part: number) => void,
  signal: AbortSignal,
): Promise<Schema['FileVerdictBody']> {
  const form = new FormData();
  form.append('file', file);
  if (content) form.append('content', content);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/verify');
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onsent(total ? loaded / total : 0);
    request.upload.onload = () => onsent(1);
    request.onload = () => {
      const body: unknown = request.response;
      if (request.status === 200) resolve(body as Schema['FileVerdictBody']);
      else reject(Problem.from(body, request.status));
    };
    request.onerror = () => reject(Problem.offline());
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
