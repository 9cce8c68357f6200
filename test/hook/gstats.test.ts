import { expect, test } from 'vitest';
import { parseGstats } from '../../src/hook/gstats.ts';

// As scripts/gstats-collectd of gstats 0.6.1 answers.
const RECORDED = `{"my_app": {"started": 3, "finished": 3, "processing_time": {"avg": 100.0, "std": 40.824829046386306}},
 "api.v1": {"started": 1, "finished": 0, "processing_time": {"avg": 0.0, "std": 0.0}}}`;

test('counts and times come by application; times that nothing was measured for do not', () => {
  expect(parseGstats(RECORDED)).toEqual([
    {
      name: 'my_app',
      fields: new Map([
        ['started', 3],
        ['finished', 3],
        ['processing_time.avg', 100],
        ['processing_time.std', 40.824829046386306],
      ]),
    },
    {
      name: 'api.v1',
      fields: new Map([
        ['started', 1],
        ['finished', 0],
      ]),
    },
  ]);
});

test('an application that was given only finished requests is sent as it says', () => {
  const [app] = parseGstats('{"a":{"started":0,"finished":2,"processing_time":{"avg":1.5,"std":0.5}}}');
  expect([...(app?.fields ?? [])]).toEqual([
    ['started', 0],
    ['finished', 2],
    ['processing_time.avg', 1.5],
    ['processing_time.std', 0.5],
  ]);
});

test('a collector that has seen nothing yet has no applications', () => {
  expect(parseGstats('{}')).toEqual([]);
});

test('names may hold anything', () => {
  const body = '{"started":1,"finished":0,"processing_time":{"avg":0.0,"std":0.0}}';
  const names = ['a b', 'é/"x"', '__proto__', ''];
  const text = `{${names.map(name => `${JSON.stringify(name)}:${body}`).join()}}`;
  expect(parseGstats(text).map(({ name }) => name)).toEqual(names);
});

test.each([
  ['{"my_app": {"started": 3, "fin', 'begins like JSON but is damaged or cut short'],
  ['{"a": NaN}', '"a" has no number of 0 or more in "started": this is not what gstats-collectd answers'],
  [
    '{"my_app": [50.0, 100.0, 150.0], "api.v1": []}',
    '"my_app" is a list of times, the answer of gstats-collectd to RTIMES: STATS has to be asked',
  ],
  ['{"a": null}', '"a" has no number of 0 or more in "started": this is not what gstats-collectd answers'],
  ['{"a": 3}', '"a" has no number of 0 or more in "started": this is not what gstats-collectd answers'],
  [
    '{"a": {"started": 1, "finished": "2"}}',
    '"a" has no number of 0 or more in "finished": this is not what gstats-collectd answers',
  ],
  [
    '{"a": {"started": 1, "finished": -2}}',
    '"a" has no number of 0 or more in "finished": this is not what gstats-collectd answers',
  ],
  [
    '{"a": {"started": 1, "finished": 1, "processing_time": {"avg": 1}}}',
    '"a" has no number of 0 or more in "processing_time.std": this is not what gstats-collectd answers',
  ],
  [
    '{"a": {"started": 1e999, "finished": 1}}',
    '"a" has no number of 0 or more in "started": this is not what gstats-collectd answers',
  ],
])('%j is refused: %s', (text, message) => {
  expect(() => parseGstats(text)).toThrow(new Error(message));
});

test('a thousand applications are the limit', () => {
  const body = '{"started":1,"finished":0,"processing_time":{"avg":0.0,"std":0.0}}';
  const make = (count: number) => `{${Array.from({ length: count }, (_, n) => `"a${n}":${body}`).join()}}`;
  expect(parseGstats(make(1000))).toHaveLength(1000);
  expect(() => parseGstats(make(1001))).toThrow('holds 1001 applications, the limit is 1000');
  expect(() => parseGstats(`{"${'x'.repeat(1025)}":${body}}`)).toThrow(
    "an application's name is longer than 1024 characters, the limit",
  );
});
