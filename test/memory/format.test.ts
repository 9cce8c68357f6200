import { expect, test } from 'vitest';
import { parseFormat, toList, toObject } from '../../src/memory/format.ts';

test('an object of the format is returned whole', () => {
  expect(parseFormat('{"format":"things 1","list":[1]}', 'things 1')).toEqual({
    format: 'things 1',
    list: [1],
  });
});

test.each(['{"format":"things 2"}', '{}', '[]', 'null', '7', '"things 1"'])(
  '%s is not of the format',
  text => {
    expect(() => parseFormat(text, 'things 1')).toThrow('it is not "things 1"');
  },
);

test('a text that was cut is not JSON', () => {
  expect(() => parseFormat('{"format":"things 1"', 'things 1')).toThrow('it is not JSON');
});

test('objects and lists are told apart from what is neither', () => {
  expect(toObject({ a: 1 })).toEqual({ a: 1 });
  expect(() => toObject(null)).toThrow('it holds no object where one should be');
  expect(() => toObject('a')).toThrow('it holds no object where one should be');
  expect(toList([1])).toEqual([1]);
  expect(() => toList({ length: 1 })).toThrow('it holds no list where one should be');
});
