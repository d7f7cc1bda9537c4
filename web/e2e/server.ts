/**
 * The real `kho` for tests of the page: one process with its own data, on a port of its own.
 *
 * `KHO_TEST_BACKEND=scale` runs it on the PostgreSQL and S3 servers that tests/servers.sh names in the environment.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const built = resolve(import.meta.dirname, '../../target/debug');
const binary = process.env.KHO_BIN ?? join(built, 'kho');
/** Built with the tests of `benches/load`; none where another server is named alone. */
export const loader = process.env.KHO_LOAD_BIN ?? (process.env.KHO_BIN ? undefined : join(built, 'kho-load'));
/** The sample one-stop system, built with its own tests beside the server. */
export const oneStop =
  process.env.KHO_ONE_STOP_BIN ?? join(dirname(process.env.KHO_BIN ?? join(built, 'kho')), 'kho-one-stop');

/** Every person of the tests signs in with it. */
export const PASSWORD = 'SuoiMo-Kho-2026';

export interface Person {
  login: string;
  name: string;
  identity: string;
}

export class Server {
  private process: ChildProcess | null = null;

  private constructor(
    readonly url: string,
    readonly data: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async start(more: NodeJS.ProcessEnv = {}): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'kho-page-'));
    const url = `http://127.0.0.1:${await freePort()}`;
    const server = new Server(url, data, { ...process.env, ...(await backend()), KHO_PUBLIC_URL: url, ...more });
    try {
      await server.restart();
    } catch (thrown) {
      // Nobody else knows of it.
      await server.end();
      throw thrown;
    }
    return server;
  }

  /** Starts the process, and waits until it answers. */
  async restart(): Promise<void> {
    const child = spawn(binary, ['serve', '--data-dir', this.data, '--listen', new URL(this.url).host], {
      env: this.environment,
      stdio: process.env.KHO_TEST_LOGS ? 'inherit' : 'ignore',
    });
    this.process = child;
    for (const patience = Date.now() + 30_000; Date.now() < patience;) {
      if (child.exitCode !== null) throw new Error(`kho ended with ${child.exitCode}`);
      const ready = await fetch(`${this.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    throw new Error('kho did not start');
  }

  /** As a power cut does: SIGKILL, with no time to say good-bye. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  /** Runs an operator's command on the same data; answers what it printed. */
  async command(...words: string[]): Promise<string> {
    const env = { ...this.environment, KHO_PASSWORD: PASSWORD };
    return (await run(binary, [...words, '--data-dir', this.data], { env })).stdout;
  }

  /** Puts so many documents into an empty folder, beside the running server. */
  async fill(folder: string, documents: number): Promise<void> {
    if (!loader) throw new Error('KHO_LOAD_BIN names no kho-load');
    const words = ['fill', '--folder', folder, '--documents', `${documents}`, '--data-dir', this.data];
    await run(loader, words, { env: this.environment });
  }

  /** A new person with an empty vault. */
  async person(name: string): Promise<Person> {
    const number = `${randomInt(1e9)}`.padStart(9, '0');
    const person = { login: `p${number}`, name, identity: `099${number}` };
    await this.command('user', 'add', person.login, '--name', name, '--identity', person.identity);
    return person;
  }
}

async function freePort(): Promise<number> {
  if (process.env.KHO_TEST_PORT) return Number(process.env.KHO_TEST_PORT);
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Where rows and bytes lie: a database and a prefix of this server's own. */
async function backend(): Promise<NodeJS.ProcessEnv> {
  if (process.env.KHO_TEST_BACKEND !== 'scale') return {};
  const [database, objects] = [process.env.KHO_TEST_DATABASE_URL, process.env.KHO_TEST_OBJECTS];
  if (!database || !objects) throw new Error('KHO_TEST_DATABASE_URL and KHO_TEST_OBJECTS name no servers');
  const name = `kho_page_${randomUUID().replaceAll('-', '')}`;
  await run('psql', ['-qX', database, '-c', `CREATE DATABASE ${name}`]);
  const own = new URL(database);
  own.pathname = `/${name}`;
  const prefix = new URL(objects);
  prefix.pathname = `/${name}`;
  return { KHO_DATABASE_URL: own.href, KHO_OBJECTS: prefix.href };
}
