import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Connection, openConnection } from '../src/connect.ts';
import { freePort } from '../tools/players/process.ts';
import { startFullListener } from './helpers/full-listener.ts';
import { scriptResolver } from './helpers/resolver.ts';

const NEVER = new AbortController().signal;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function listen(address: string, port = 0): Promise<number> {
  const server = createServer(socket => socket.on('error', () => undefined).resume());
  onTestFinished(() => void server.close());
  server.listen(port, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Connects to a name with these addresses. */
async function open(addresses: readonly string[], port: number, timeout = 1000): Promise<Connection> {
  const script = addresses.map(address => `echo '${address} STREAM'`).join('\n');
  vi.stubEnv('PATH', `${await scriptResolver(script)}:${process.env.PATH}`);
  const connection = await openConnection({
    host: 'graphite.example',
    port,
    timeout,
    option: 'connect-timeout',
    signal: NEVER,
  });
  onTestFinished(() => void connection.socket.destroy());
  return connection;
}

describe('a connection to a name', () => {
  it('goes to the first address that accepts', async () => {
    const port = await listen('127.0.0.3');
    const { socket } = await open(['127.0.0.2', '127.0.0.3', '127.0.0.4'], port);
    expect(socket.remoteAddress).toBe('127.0.0.3');
  });

  it('has time for each address although the first ones do not answer', async () => {
    const { port, stop } = await startFullListener();
    onTestFinished(stop);
    await listen('127.0.0.3', port);
    const begin = performance.now();
    const { socket, roundTrip } = await open(['127.0.0.1', '127.0.0.3'], port, 600);
    expect(socket.remoteAddress).toBe('127.0.0.3');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(300);
    expect(roundTrip).toBeLessThan(200);
  });

  it('fails with the first reason where every address refuses', async () => {
    const port = await freePort();
    await expect(open(['127.0.0.1', '127.0.0.2'], port)).rejects.toThrow(
      `connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it('fails when no address answers in time', async () => {
    const { port, stop } = await startFullListener();
    onTestFinished(stop);
    await expect(open(['127.0.0.1'], port, 100)).rejects.toThrow(
      'no connection within 0.1 s (connect-timeout)',
    );
  });

  it('does not count the look-up as connecting', async () => {
    const port = await listen('127.0.0.1');
    vi.stubEnv('PATH', `${await scriptResolver("sleep 0.5; echo '127.0.0.1 STREAM'")}:${process.env.PATH}`);
    const request = {
      host: 'graphite.example',
      port,
      timeout: 200,
      option: 'connect-timeout',
      signal: NEVER,
    };
    const { socket } = await openConnection(request);
    socket.destroy();
  });

  it('ends when it is called off', async () => {
    const { port, stop } = await startFullListener();
    onTestFinished(stop);
    const deadline = new AbortController();
    setTimeout(() => deadline.abort(new Error('the deadline of 1 s was reached')), 50);
    const request = {
      host: '127.0.0.1',
      port,
      timeout: 10_000,
      option: 'connect-timeout',
      signal: deadline.signal,
    };
    await expect(openConnection(request)).rejects.toThrow('the deadline of 1 s was reached');
  });
});
