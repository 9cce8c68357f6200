import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookUp, resolve } from '../src/resolve.ts';
import { waitFor } from '../tools/players/process.ts';
import { scriptResolver } from './helpers/resolver.ts';
import { tempDir } from './helpers/temp-dir.ts';

const NEVER = new AbortController().signal;
const NO_HOSTS = '';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The resolver answers as this shell script does. */
async function answer(script: string): Promise<void> {
  vi.stubEnv('PATH', `${await scriptResolver(script)}:${process.env.PATH}`);
}

describe('the addresses of a name', () => {
  it('are the name itself where it is an address', async () => {
    await answer('exit 1');
    expect(await resolve('192.0.2.1', NEVER)).toEqual(['192.0.2.1']);
    expect(await resolve('2001:db8::1', NEVER)).toEqual(['2001:db8::1']);
  });

  it('stand in /etc/hosts, in that order, and nobody is asked', async () => {
    await answer('exit 1');
    const hosts = [
      '# 10.0.0.1 graphite',
      '10.0.0.2\tgraphite.example Graphite # 10.0.0.9 other',
      '2001:db8::2 graphite',
      '10.0.0.2 graphite',
      'broken graphite',
      '10.0.0.3 graphite2',
    ].join('\n');
    expect(await resolve('GRAPHITE', NEVER, hosts)).toEqual(['10.0.0.2', '2001:db8::2']);
  });

  it('are those that the resolver of the system has, in its order, each once', async () => {
    await answer(
      'echo "2001:db8::1     STREAM $2"; echo "2001:db8::1     DGRAM"; echo "10.0.0.1     STREAM"; echo "10.0.0.1     DGRAM"',
    );
    expect(await resolve('graphite.example', NEVER, NO_HOSTS)).toEqual(['2001:db8::1', '10.0.0.1']);
  });

  it('of many names are asked for one after another, so that whatever else is under way goes on', async () => {
    await answer('echo "10.0.0.1     STREAM"');
    const names = Array.from({ length: 20 }, (_, index) => `lb${index}.example`);
    const all = Promise.all(names.map(name => resolve(name, NEVER, NO_HOSTS)));
    const started = () =>
      process.getActiveResourcesInfo().filter(resource => resource === 'ProcessWrap').length;
    while (started() === 0) await new Promise(settle => setImmediate(settle));
    expect(started()).toBeLessThan(5);
    expect(await all).toEqual(names.map(() => ['10.0.0.1']));
  });

  it('are found by Node where there is no getent', async () => {
    vi.stubEnv('PATH', await tempDir());
    const addresses = await resolve('localhost', NEVER, NO_HOSTS);
    expect(addresses.every(address => ['127.0.0.1', '::1'].includes(address))).toBe(true);
    expect(addresses).not.toEqual([]);
  });

  it('are none where the resolver finds none', async () => {
    await answer('exit 2');
    await expect(resolve('graphite.invalid', NEVER, NO_HOSTS)).rejects.toThrow(
      'the name is unknown, or no name server answered',
    );
  });
});

describe('a look-up that is called off', () => {
  it('ends at once, and its process with it', async () => {
    await answer(`exec sleep 4321`);
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline of 1 s was reached')), 100);
    const begin = performance.now();
    await expect(resolve('graphite.example', deadline.signal, NO_HOSTS)).rejects.toThrow(
      'the deadline of 1 s was reached while the name was looked up: is a name server down?',
    );
    expect(performance.now() - begin).toBeLessThan(500);
    const isThere = () => process.getActiveResourcesInfo().includes('ProcessWrap');
    await waitFor(() => !isThere(), 'no process', 2000);
  });

  it('does not begin where the time is already over', async () => {
    await answer('echo "10.0.0.1 STREAM"');
    const over = AbortSignal.abort(new Error('stopped by SIGTERM'));
    await expect(resolve('graphite.example', over, NO_HOSTS)).rejects.toThrow(
      'stopped by SIGTERM while the name was looked up: is a name server down?',
    );
  });
});

describe("the look-up of Node's own clients", () => {
  const ask = (all: boolean): Promise<unknown[]> =>
    new Promise(settle => lookUp(NEVER)('graphite.example', { all }, (...answer) => settle(answer)));

  it('gives all addresses, or the first, as it is asked', async () => {
    await answer("echo '2001:db8::1 STREAM'; echo '10.0.0.1 STREAM'");
    const addresses = [
      { address: '2001:db8::1', family: 6 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await ask(true)).toEqual([null, addresses]);
    expect(await ask(false)).toEqual([null, '2001:db8::1', 6]);
  });

  it('fails with the words of the resolver', async () => {
    await answer('exit 2');
    expect(await ask(true)).toEqual([new Error('the name is unknown, or no name server answered'), []]);
  });
});
