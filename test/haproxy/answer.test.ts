import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAnswers, parsePage } from '../../src/haproxy/answer.ts';
import type { Snapshot } from '../../src/types.ts';
import { recorded } from '../../tools/players/fake-haproxy.ts';
import { listRows, type Row } from '../helpers/listing.ts';

type Answers = Pick<Snapshot, 'info' | 'stat'>;

function column({ stat }: Answers, name: string): number {
  return stat.columns.findIndex(candidate => candidate.name === name);
}

function find(answers: Answers, proxy: string, service: string, type: number): Record<string, string> {
  const { columns } = answers.stat;
  const is = (row: Row, name: string, text: string): boolean => row.text(column(answers, name)) === text;
  for (const row of listRows(answers.stat, row => row)) {
    if (is(row, 'pxname', proxy) && is(row, 'svname', service) && is(row, 'type', String(type))) {
      return Object.fromEntries(columns.map(({ name }, index) => [name, row.text(index)]));
    }
  }
  throw new Error(`no row ${proxy}/${service}`);
}

const RECORDINGS: readonly [folder: string, process: string | undefined, version: string, rows: number][] = [
  ['2.6-p1', undefined, '2.6.12-1+deb12u4', 56],
  ['2.6-odd-names', undefined, '2.6.12-1+deb12u4', 27],
  ['3.0.0', undefined, '3.0.0-5590ada47', 56],
  ['v1.5.0-nbproc4', 'p3', '1.5.0', 14],
  ['v1.8.0-nbproc4', 'p4', '1.8.0', 14],
];

describe('the recorded answers of real HAProxies', () => {
  it.each(RECORDINGS)('of %s %s are read whole', (folder, process, version, rows) => {
    const answers = parseAnswers(Buffer.from(recorded(folder, process)));
    expect(answers.info.get('Version')).toEqual({ text: version, number: undefined });
    expect(answers.stat).toHaveLength(rows);
  });

  it('give the same numbers by column name in 1.5 and 2.6, wherever the columns are', () => {
    const old = parseAnswers(Buffer.from(recorded('v1.5.0-nbproc4', 'p1')));
    expect(find(old, 'be_Web', 'web-01.eu', 2)).toMatchObject({
      stot: '7',
      bout: '3357',
      status: 'UP',
      ttime: '0',
    });
    const odd = parseAnswers(Buffer.from(recorded('2.6-odd-names')));
    expect(find(odd, 'app', 's.1', 2)).toMatchObject({
      stot: '2',
      bout: '302',
      status: 'no check',
      ttime: '1',
    });
  });

  it('tell a server called BACKEND from the backend by their type', () => {
    const odd = parseAnswers(Buffer.from(recorded('2.6-odd-names')));
    const server = find(odd, 'totals', 'BACKEND', 2);
    const backend = find(odd, 'totals', 'BACKEND', 1);
    expect([server.mode, server.algo]).toEqual(['http', '']);
    expect([backend.mode, backend.algo]).toEqual(['http', 'roundrobin']);
  });

  it('keep quoted listener names whole', () => {
    const odd = parseAnswers(Buffer.from(recorded('2.6-odd-names')));
    expect(find(odd, 'app', 'full, "quoted" listener', 3)).toMatchObject({ status: 'FULL', slim: '1' });
  });

  it('leave out what HAProxy leaves empty and text that looks like a number', () => {
    const odd = parseAnswers(Buffer.from(recorded('2.6-odd-names')));
    expect(odd.info.get('Build info')).toEqual({ text: '2.6.12-1+deb12u4', number: undefined });
    expect(odd.info.get('Unstoppable Jobs')).toEqual({ text: '0', number: 0 });
    const [qcur] = listRows(odd.stat, row => row.number(column(odd, 'qcur')));
    expect(qcur).toBeNaN();
  });

  it('of the stats page are the same rows without show info', () => {
    const page = parsePage(readFileSync(new URL('../fixtures/haproxy/2.6-p1/http.csv', import.meta.url)));
    expect(page.info.size).toBe(0);
    expect(page.stat).toHaveLength(56);
  });
});

describe('the headers of every release', () => {
  const file = readFileSync(new URL('../fixtures/haproxy/headers-by-version.tsv', import.meta.url), 'utf8');
  const releases = file
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'));

  it.each(releases)('of %s are read', (_version, columns, _fields, header) => {
    const answers = parseAnswers(Buffer.from(`Name: HAProxy\n\n${header}\n\n`));
    expect(answers.stat.columns).toHaveLength(Number(columns) + 1);
    expect(answers.stat.columns.every(({ name }) => name === name.trim())).toBe(true);
  });
});

describe('an answer that is no answer', () => {
  const whole = recorded('2.6-p1');
  const infoEnd = whole.indexOf('\n\n') + 2;

  it.each([
    ['', 'no answer to show info'],
    ['Permission denied\n\nPermission denied\n\n', 'answered "Permission denied" to show info'],
    [
      'Unknown command. Please enter one of:\n  help\n\n',
      'answered "Unknown command. Please enter one of:" to show info',
    ],
    ["\nUnknown command: 'info'\n\n", 'answered "Unknown command: \'info\'" to show info'],
    [`${whole.slice(0, infoEnd)}Permission denied\n\n`, 'answered "Permission denied" to show stat'],
    ['Name: HAP', 'the answer to show info was cut short after 9 bytes'],
    ['Nam', 'the answer to show info was cut short after 3 bytes'],
    [whole.slice(0, infoEnd), 'no answer to show stat'],
    [whole.slice(0, infoEnd + 5), 'the answer to show stat was cut short after 5 bytes'],
    [whole.slice(0, infoEnd + 8000), 'the answer to show stat was cut short after 8000 bytes'],
    [whole.slice(0, -1), `the answer to show stat was cut short after ${whole.length - infoEnd - 1} bytes`],
    [
      'HTTP/1.1 400 Bad request\r\n\r\n',
      'answered "HTTP/1.1 400 Bad request" to show info; for a stats page say http://',
    ],
    ['\u0000\u0001garbage', 'answered "\\u0000\\u0001garbage" to show info'],
  ])('%j is refused', (text, message) => {
    expect(() => parseAnswers(Buffer.from(text))).toThrow(message);
  });

  it('is refused at whatever byte it was cut', () => {
    for (let end = 0; end < whole.length; end += 97) {
      expect(() => parseAnswers(Buffer.from(whole.slice(0, end)))).toThrow(/cut short|no answer/);
    }
  });
});

describe('a description of several lines', () => {
  const table = '# pxname,svname,scur,\nweb,FRONTEND,1,\n\n';

  it('is one value in quotes since HAProxy 1.7, whatever it looks like', () => {
    const said = 'edge ""A"",\nPid: 9\n\n# pxname,svname,\nShards: 3';
    const { info, stat } = parseAnswers(
      Buffer.from(`Name: HAProxy\nPid: 7\ndescription: "${said}"\nTainted: 0\n\n${table}`),
    );
    expect([...info.keys()]).toEqual(['Name', 'Pid', 'description', 'Tainted']);
    expect(info.get('description')?.text).toBe(said.replaceAll('""', '"'));
    expect([info.get('Pid')?.number, stat.length]).toEqual([7, 1]);
  });

  it('is the rest of the answer before', () => {
    const said = '"edge"\nPid: 9\n\nShards: 3';
    const { info, stat } = parseAnswers(
      Buffer.from(`Name: HAProxy\nVersion: 1.5.0\nPid: 7\ndescription: ${said}\n\n${table}`),
    );
    expect([...info.keys()]).toEqual(['Name', 'Version', 'Pid', 'description']);
    expect([info.get('description')?.text, info.get('Pid')?.number, stat.length]).toEqual([said, 7, 1]);
  });

  it('that was cut in its quotes is no answer', () => {
    const cut = 'Name: HAProxy\ndescription: "a\n\nb';
    expect(() => parseAnswers(Buffer.from(cut))).toThrow(
      'the answer to show info was cut short after 32 bytes',
    );
  });
});

describe('a row that HAProxy cannot write is damage', () => {
  const rows = (...cells: string[]): Buffer =>
    Buffer.from(`Name: HAProxy\n\n# pxname,svname,scur,type,\nweb,FRONTEND,1,0,\n${cells.join('\n')}\n\n`);

  it.each([
    ['proxy', ',s1,1,2,', 'row 2 has no proxy (pxname)'],
    ['service', 'app,,1,2,', 'row 2 has no service (svname)'],
    ['type', 'app,s1,1,,', 'row 2 has no type (type)'],
    ['name', 'app,"",1,2,', 'row 2 has no service (svname)'],
  ])('without a %s', (_what, row, message) => {
    const damaged = `the answer to show stat is damaged: ${message}`;
    expect(() => parseAnswers(rows(row))).toThrow(damaged);
  });

  it('but only where the header has that column', () => {
    const { stat } = parseAnswers(Buffer.from('Name: HAProxy\n\n# pxname,svname,scur,\nweb,FRONTEND,1,\n\n'));
    expect(stat.length).toBe(1);
  });
});

describe('a stats page that ends when the connection does, as HAProxy 1.4 sends it', () => {
  const page = `# pxname,svname,scur,status,pid,iid,sid,type,req_rate, req_rate_max, req_tot,
web,FRONTEND,1,OPEN,1,1,0,0,1,2,3,
web,"sock,1",1,OPEN,1,1,1,3,,,,
app,FRONTEND,1,OPEN,1,2,0,0,1,2,3,
app,s1,1,UP,1,2,1,2,,,,
app,s2,0,DOWN,1,2,2,2,,,,
app,BACKEND,1,UP,1,2,0,1,,,,
`;

  it('is refused wherever it was cut, but for the ends of frontends, listeners and backends', () => {
    const taken = Array.from(page, (_, end) => page.slice(0, end + 1)).filter(part => {
      try {
        parsePage(Buffer.from(part));
        return true;
      } catch {
        return false;
      }
    });
    expect(taken.map(part => part.trimEnd().split('\n').at(-1)?.slice(0, 12))).toEqual([
      'web,FRONTEND',
      'web,"sock,1"',
      'app,FRONTEND',
      'app,BACKEND,',
    ]);
  });

  it.each([
    ['without a row', 1],
    ['with servers but without their BACKEND row', 6],
  ])('is cut %s', (_what, lines) => {
    const part = Buffer.from(`${page.split('\n').slice(0, lines).join('\n')}\n`);
    expect(() => parsePage(part)).toThrow(
      `the answer to the request for CSV was cut short after ${part.length} bytes`,
    );
  });
});
