// Draws the pictures of the README (`npm run pictures`): a real HAProxy with five minutes of traffic, a run of hap-monitor every
// three seconds, carbon, and graphite-web's render API. test/install-servers.sh installs what it needs.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Carbon, startCarbon } from './players/carbon.ts';
import { startGraphiteWeb } from './players/graphite-web.ts';
import { type Haproxy, type HaproxyPorts, startHaproxy } from './players/haproxy.ts';
import { type HttpServer, serveHttp } from './players/http-server.ts';

const SECONDS = 300;
const INTERVAL = 3;
const PROXIES = 'lb.lb1.1';

const PICTURES = {
  requests: {
    title: 'Requests a second per frontend',
    target: `aliasByNode(${PROXIES}.{shop,api}.FRONTEND.req_rate, -3)`,
    colorList: '#1f60c4,#e0752d',
    vtitle: 'requests a second',
  },
  answers: {
    title: 'Answers of the shop a second by class',
    target: `aliasSub(aliasByNode(perSecond(${PROXIES}.shop.FRONTEND.hrsp_[245]xx), -1), 'hrsp_', '')`,
    colorList: '#56a64b,#f2cc0c,#e02f44',
    areaMode: 'stacked',
    vtitle: 'answers a second',
  },
  times: {
    title: 'Response time of the servers of the shop',
    target: `aliasByNode(${PROXIES}.shop-app.app*.rtime, -2)`,
    colorList: '#1f60c4,#8f3bb8,#e0752d',
    vtitle: 'milliseconds',
  },
  servers: {
    title: 'Servers of the shop that are up, and requests that wait for one',
    target: [
      `alias(sumSeries(${PROXIES}.shop-app.app*.status.UP), 'servers up')`,
      `alias(${PROXIES}.shop-app.BACKEND.qcur, 'requests queued')`,
    ],
    colorList: '#56a64b,#e02f44',
    lineMode: 'staircase',
    vtitle: 'servers, requests',
  },
};

const LOOK = {
  from: `-${SECONDS}s`,
  width: '900',
  height: '300',
  bgcolor: 'white',
  fgcolor: '#333333',
  majorGridLineColor: '#cccccc',
  minorGridLineColor: '#eeeeee',
  fontName: 'DejaVu Sans',
  fontSize: '11',
  lineWidth: '2',
  yMin: '0',
  hideLegend: 'false',
  format: 'png',
};

let started = 0;
const directory = mkdtempSync(join(tmpdir(), 'hap-monitor-pictures-'));
try {
  await drawAll();
} finally {
  rmSync(directory, { recursive: true });
}

async function drawAll(): Promise<void> {
  const carbon = await startCarbon({ dir: directory, retention: `${INTERVAL}s:1h` });
  const graphite = await startGraphiteWeb(directory, carbon.whisperRoot);
  // Each has a pace of its own, so that their lines do not hide each other.
  const shops = [
    await serveShop(20, () => true),
    await serveShop(35, () => true),
    await serveShop(55, () => !isBetween(0.55, 0.75)),
  ];
  const config = (ports: HaproxyPorts) =>
    configure(
      ports,
      shops.map(({ port }) => port),
    );
  const haproxy = await startHaproxy({ dir: directory, config });
  try {
    started = performance.now();
    const clients = Array.from({ length: 24 }, (_, client) => makeTraffic(haproxy, client));
    await runRepeatedly(haproxy, carbon);
    await Promise.all(clients);
    for (const [name, picture] of Object.entries(PICTURES)) {
      const { target, ...look } = picture;
      const parameters = new URLSearchParams({ ...LOOK, ...look });
      for (const each of [target].flat()) parameters.append('target', each);
      writeFileSync(`docs/${name}.png`, await graphite.draw(parameters));
    }
  } finally {
    await Promise.all([haproxy, ...shops, graphite, carbon].map(server => server.stop()));
  }
}

/** Whether the time that has passed is between two parts of the whole. */
function isBetween(from: number, to: number): boolean {
  const part = (performance.now() - started) / (SECONDS * 1000);
  return from < part && part < to;
}

function configure({ http, tcp, servers: [one] }: HaproxyPorts, shops: readonly number[]): string {
  const servers = shops.map(
    (port, index) => `  server app${index + 1} 127.0.0.1:${port} check inter 1s maxconn 4\n`,
  );
  return `frontend shop
  bind 127.0.0.1:${http}
  http-request return status 404 if { path /missing }
  default_backend shop-app
frontend api
  bind 127.0.0.1:${tcp}
  default_backend api-app
backend shop-app
  option httpchk GET /health
${servers.join('')}backend api-app
  server api1 127.0.0.1:${one} check inter 1s
`;
}

/** A server that takes some milliseconds, three times as many for a while, and answers some requests with 500 in that time. */
function serveShop(pace: number, isHealthy: () => boolean): Promise<HttpServer> {
  return serveHttp(async ({ url }, response) => {
    if (url === '/health') response.statusCode = isHealthy() ? 200 : 500;
    else {
      const isSlow = isBetween(0.3, 0.5);
      await sleep(pace * (isSlow ? 3 : 1) * (0.5 + Math.random()));
      if (isSlow && Math.random() < 0.12) response.statusCode = 500;
    }
    response.end('ok\n');
  });
}

/** One client, most of the time of the shop; all of them pause longer and shorter in waves. */
async function makeTraffic({ ports }: Haproxy, client: number): Promise<void> {
  while (isBetween(-1, 1)) {
    const isApi = client % 6 === 0;
    const path = Math.random() < 0.06 ? '/missing' : '/';
    const request = get({ port: isApi ? ports.tcp : ports.http, path, agent: false });
    const [response] = await once(request, 'response');
    await once(response.resume(), 'end');
    const wave = 1.2 + Math.sin((performance.now() - started) / 24_000 + (isApi ? 2 : 0));
    await sleep(120 * wave * Math.random() + 20);
  }
}

async function runRepeatedly({ socket }: Haproxy, { port }: Carbon): Promise<void> {
  const args = [
    'bin/hap-monitor.js',
    '--sockets',
    socket,
    '--backend',
    `127.0.0.1:${port}::lb`,
    '--type',
    'G',
  ];
  while (isBetween(-1, 1)) {
    await promisify(execFile)(process.execPath, [...args, '--hostname', 'lb1']);
    await sleep(INTERVAL * 1000 - (Date.now() % (INTERVAL * 1000)));
  }
  await sleep(2000); // carbon writes what it has about a second later
}
