/** The sample one-stop system (`examples/one_stop`), as a program beside the server. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { oneStop, type Server } from './server';

const run = promisify(execFile);

export class OneStop {
  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** A system that may do all for an agency, and proves itself by a secret. */
  static async of(server: Server, login: string, agency: string): Promise<OneStop> {
    await server.command('user', 'add', login, '--client', '--name', 'Hệ thống một cửa');
    const scopes = ['dossier_read', 'dossier_write', 'result_write'].flatMap((scope) => ['--scope', scope]);
    await server.command('client', 'agency', login, agency, ...scopes);
    const secret = /kho_p_\S+/.exec(await server.command('client', 'secret', login))?.[0];
    if (!secret) throw new Error('no secret was printed');
    const folder = await mkdtemp(join(tmpdir(), 'kho-one-stop-'));
    return new OneStop(folder, {
      ...process.env,
      KHO_ONE_STOP_SERVER: server.url,
      KHO_ONE_STOP_CLIENT: login,
      KHO_ONE_STOP_SECRET: secret,
    });
  }

  /** What a command that must succeed prints. */
  async run(...words: string[]): Promise<string> {
    return (await run(oneStop, words, { cwd: this.folder, env: this.environment })).stdout;
  }

  /** Puts a file where its commands find it. */
  async file(name: string, bytes: Buffer): Promise<void> {
    await writeFile(join(this.folder, name), bytes);
  }

  /** The events of the feed that it did not read yet. */
  async changes(): Promise<{ kind: string; body: { component?: string; sha256?: string } }[]> {
    const events = (await this.run('changes')).split('\n').filter((line) => line.startsWith('{'));
    return events.map((line) => JSON.parse(line) as { kind: string; body: { component?: string; sha256?: string } });
  }

  async end(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
