import { describe, expect, it } from 'vitest';
import { hideSecrets, plainText, quote } from '../src/plain-text.ts';

describe('a password', () => {
  const given = [
    'http://admin:PW@127.0.0.1:1/stats',
    'http://ad min:PW@/',
    'http:/admin:PW@h/stats',
    'http:admin:PW@h/stats',
    'HTTP://admin:PW@[::1/stats',
    'http://admin:PW/@h/',
    'http://admin:PW?@h/',
    'http://admin:PW#@h/',
    'http://admin:PW\\@h/',
    'http://admin:a@bPW@h/',
    'admin:PW@h/stats',
    'app=admin:PW@h',
    'redis://:PW@h:1/0',
    'zmq+tcp://u:PW@h:1',
    'http://h/stats?password=PW',
    'http://h/stats?a=1&auth_token=PW&b=2',
    'http://admin:PW',
  ];

  it.each(given)('in %s is shown neither in quotes nor in a message', url => {
    const secret = url.replace('PW', 's3cr3t');
    expect(quote(secret)).not.toContain('s3cr');
    expect(plainText(`${secret}: connection refused`)).not.toContain('s3cr');
    expect(plainText(`${secret}: connection refused`)).toContain('connection refused');
  });

  it('with a blank in it is not shown in quotes', () => {
    expect(quote('http://admin:s3 cr3t@h/')).toBe('"http://...@h/"');
  });

  it.each([
    'unix:/run/a@b.sock: no such socket',
    'tcp://[::1]:9999: connection refused; mail root@lb1',
    'ipv4@127.0.0.1:99',
    '/etc/c.conf:5: [graphite] server: expected',
    'expected tcp://host:port or http(s)://[user:password@]host:port/path',
    'answered 401: give user and password, http://user:password@host:port/path',
    'redis://[:password@]host:port[/db][?prefix=gunicorn]',
  ])('is not seen in %s', text => {
    expect(hideSecrets(text)).toBe(text);
  });
});

describe('text from outside', () => {
  it('keeps to one line, cannot colour, and shows marks that nobody sees', () => {
    expect(plainText('a\x1b[31mb\r\nc\0d')).toBe('a [31mb c d');
    expect(plainText('\u202Ea\u2028b\u2029c\u200Bd\uFEFFe\u{E0041}f\u2066')).toBe(
      '\\u202Ea\\u2028b\\u2029c\\u200Bd\\uFEFFe\\uE0041f\\u2066',
    );
    expect(plainText('\uD800')).toBe('\\uD800');
    expect(plainText('größer 日本 👍')).toBe('größer 日本 👍');
  });

  it('shows control characters in quotes by their numbers', () => {
    expect(quote('a\0\n\x7f\x85b')).toBe('"a\\u0000\\n\\u007F\\u0085b"');
  });

  it('is cut, however long it is, in no time', () => {
    const started = performance.now();
    for (const word of ['x', 'a:', '//', '@', ':', 'a:@', '?key=', '\u202E']) {
      expect(plainText(word.repeat(1e6)).length).toBeLessThanOrEqual(1000);
      expect(quote(word.repeat(1e6)).length).toBeLessThan(300);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
