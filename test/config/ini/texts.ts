// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of INI.

export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The values of each text by section and option, or the message about it; a value that cannot be resolved is its message. */
const TEXTS: Readonly<Record<string, readonly [text: string, expected: Values | string]>> = {
  'an empty file': ['', {}],
  'a file of comments': ['# one\n  ; two\n\n', {}],
  'a section without options': ['[a]\n', { a: {} }],
  'options with = and :': ['[a]\nx = 1\ny: 2\nz=3\nu:4\n', { a: { x: '1', y: '2', z: '3', u: '4' } }],
  'a value with delimiters': [
    '[a]\nx = a=b:c\ny: unix:///run/a.sock = 1\n',
    { a: { x: 'a=b:c', y: 'unix:///run/a.sock = 1' } },
  ],
  'a delimiter twice': ['[a]\nx == 1\ny : = 2\n', { a: { x: '= 1', y: '= 2' } }],
  'white space around names and values': [
    '[a]\nan option  \t=\t a value \t\n',
    { a: { 'an option': 'a value' } },
  ],
  'white space that is not ASCII': ['[a]\nx\u00a0=\u2003\u0085\x1cv\u3000\n', { a: { x: 'v' } }],
  'a byte order mark inside a value': ['[a]\nx = \ufeff1\ufeff \n', { a: { x: '\ufeff1\ufeff' } }],
  'option names in any case': ['[a]\nBase-Dir = /A\nÉTÉ = x\n', { a: { 'base-dir': '/A', été: 'x' } }],
  'section names in two cases': ['[a]\nx = 1\n[A]\nx = 2\n', { a: { x: '1' }, A: { x: '2' } }],
  'a section name with spaces and brackets': ['[ a]b ]\nx = 1\n', { ' a]b ': { x: '1' } }],
  'text behind a section': ['[a] # not a comment, but dropped\nx = 1\n', { a: { x: '1' } }],
  'an indented section and options': ['  [a]\n  x = 1\n  y = 2\n', { a: { x: '1', y: '2' } }],
  'an option indented less than the one before': [
    '[a]\n  x = 1\n y = 2\nz = 3\n',
    { a: { x: '1', y: '2', z: '3' } },
  ],
  'an option indented deeper than its section': ['[a]\n    x = 1\n    y = 2\n', { a: { x: '1', y: '2' } }],
  'an option that looks like an open section': ['[a]\n[x = 1\n', { a: { '[x': '1' } }],
  'an empty value': ['[a]\nx =\ny:\n', { a: { x: '', y: '' } }],
  'comment signs inside a value': [
    '[a]\nx = 8 ; #1\ny = #2\nz = ;\n',
    { a: { x: '8 ; #1', y: '#2', z: ';' } },
  ],
  'quotes and backslashes': ['[a]\nx = "1"\ny = a\\\nz = \'\n', { a: { x: '"1"', y: 'a\\', z: "'" } }],
  'percent signs': ['[a]\nx = 50% %(y)s %%\n', { a: { x: '50% %(y)s %%' } }],
  'a value that goes on': ['[a]\nx = 1\n  2\n\t3\ny = 4\n', { a: { x: '1\n2\n3', y: '4' } }],
  'a value that starts on the next line': ['[a]\nx =\n  1\n  2\n', { a: { x: '\n1\n2' } }],
  'a tab counts as one column': ['[a]\n  x = 1\n\ty = 2\n', { a: { x: '1', y: '2' } }],
  'going on with what looks like an option, a section': [
    '[a]\nx = 1\n y = 2\n [b]\n',
    { a: { x: '1\ny = 2\n[b]' } },
  ],
  'empty lines inside a value': ['[a]\nx = 1\n\n \t\n  2\n\n\ny = 3\n\n', { a: { x: '1\n\n\n2', y: '3' } }],
  'comments inside a value': ['[a]\nx = 1\n# c\n  2\n  ; c\n  3\n', { a: { x: '1\n2\n3' } }],
  'comments and empty lines inside a value': ['[a]\nx = 1\n\n# c\n\n  2\n\n # c\n', { a: { x: '1\n\n\n2' } }],
  'an empty value that goes on after empty lines': ['[a]\nx =\n\n\n  1\n', { a: { x: '\n\n\n1' } }],
  'an empty line between a section and its option': ['[a]\n\n  x = 1\n   2\n', { a: { x: '1\n2' } }],
  'no line end at the end': ['[a]\nx = 1\n  2', { a: { x: '1\n2' } }],
  'line ends of Windows and of old Macs': [
    '[a]\r\nx = 1\r\n  2\r\n\r\ny = 3\rz = 4',
    { a: { x: '1\n2', y: '3', z: '4' } },
  ],
  'line separators of Unicode': ['[a]\nx = 1\u2028y = 2\n', { a: { x: '1\u2028y = 2' } }],
  'a byte order mark': ['\ufeff[a]\nx = 1\n', { a: { x: '1' } }],
  'names that objects have': [
    '[__proto__]\n__proto__ = 1\n[toString]\nconstructor = ${__proto__:__proto__}\n',
    JSON.parse('{ "__proto__": { "__proto__": "1" }, "toString": { "constructor": "1" } }'),
  ],
  'values handed down by [DEFAULT]': [
    '[a]\nX = 2\n[DEFAULT]\nx = 1\ny = 1\n[b]\n',
    { a: { x: '2', y: '1' }, DEFAULT: { x: '1', y: '1' }, b: { x: '1', y: '1' } },
  ],
  '[DEFAULT] in two places': [
    '[DEFAULT]\nx = 1\n[a]\n[DEFAULT]\ny = 2\n',
    { DEFAULT: { x: '1', y: '2' }, a: { x: '1', y: '2' } },
  ],
  '[default] is a section as any other': ['[default]\nx = 1\n[a]\n', { default: { x: '1' }, a: {} }],
  references: [
    '[a]\nx = 1\ny = <${x}> <${X}> <${b:z}> <${DEFAULT:d}> <${b:d}>\n[b]\nz = 2\n[DEFAULT]\nd = 3\n',
    { a: { d: '3', x: '1', y: '<1> <1> <2> <3> <3>' }, b: { d: '3', z: '2' }, DEFAULT: { d: '3' } },
  ],
  'a reference in a referenced value, seen from there': [
    '[a]\nx = 1\ny = ${b:z}\n[b]\nx = 2\nz = ${x}\n',
    { a: { x: '1', y: '2' }, b: { x: '2', z: '2' } },
  ],
  'a reference in [DEFAULT], seen from each section': [
    '[DEFAULT]\nall = ${x}!\nx = 0\n[a]\nx = 1\n[b]\ny = ${a:all}${all}\n',
    { DEFAULT: { all: '0!', x: '0' }, a: { all: '1!', x: '1' }, b: { all: '0!', x: '0', y: '1!0!' } },
  ],
  'a reference in [DEFAULT] that only one section has': [
    '[DEFAULT]\nall = ${x}!\n[a]\nx = 1\n',
    {
      DEFAULT: { all: refused(2, '[DEFAULT] all: "${x}" leads to no option') },
      a: { all: '1!', x: '1' },
    },
  ],
  'a reference that [DEFAULT] hands down to the wrong section': [
    '[DEFAULT]\nall = ${a:x}${x}\n[a]\nx = 1\n[b]\n',
    {
      DEFAULT: { all: refused(2, '[DEFAULT] all: "${x}" leads to no option') },
      a: { all: '11', x: '1' },
      b: { all: refused(2, '[b] all (from [DEFAULT]): "${x}" leads to no option') },
    },
  ],
  'dollar signs': ['[a]\nx = $$5 $$$$ $${y} $$${y}\ny = $$\n', { a: { x: '$5 $$ ${y} $$', y: '$' } }],
  'a reference over two lines': [
    '[a]\nx = ${b\n  c}\n',
    { a: { x: refused(2, '[a] x: "${b\\nc}" leads to no option') } },
  ],
  'a reference with spaces': [
    '[a]\nx = ${ y }\ny = 1\n',
    { a: { x: refused(2, '[a] x: "${ y }" leads to no option'), y: '1' } },
  ],
  'a reference to an option that is not there': [
    '[a]\nb = 1\nx = ${y}\n',
    { a: { b: '1', x: refused(3, '[a] x: "${y}" leads to no option') } },
  ],
  'a reference to a section that is not there': [
    '[a]\nx = ${A:x}\n',
    { a: { x: refused(2, '[a] x: "${A:x}" leads to no option') } },
  ],
  'a reference through another one that leads nowhere': [
    '[a]\nx = ${b:y}\n[b]\ny = ${z}\n',
    {
      a: { x: refused(4, '[b] y: "${z}" leads to no option') },
      b: { y: refused(4, '[b] y: "${z}" leads to no option') },
    },
  ],
  'a dollar sign alone': [
    '[frontend-groups]\nweb = ^web$\n',
    { 'frontend-groups': { web: refused(2, '[frontend-groups] web: "$" (character 5) refers to nothing') } },
  ],
  'a dollar sign before a word': [
    '[a]\nx = 1$x\n',
    { a: { x: refused(2, '[a] x: "$" (character 2) refers to nothing') } },
  ],
  'a reference that is not closed': [
    '[a]\nx = ${x\n',
    { a: { x: refused(2, '[a] x: "$" (character 1) refers to nothing') } },
  ],
  'an empty reference': [
    '[a]\nx = ${}\n',
    { a: { x: refused(2, '[a] x: "$" (character 1) refers to nothing') } },
  ],
  'a reference with two colons': [
    '[a]\nx = ${a:b:c} and so on and on\n',
    { a: { x: refused(2, '[a] x: "$" (character 1) refers to nothing') } },
  ],
  'a reference to itself': ['[a]\nx = ${x}\n', { a: { x: circle(2, '[a] x') } }],
  'two references in a circle': [
    '[a]\nx = ${b:y}\n[b]\ny = ${a:x}\n',
    { a: { x: circle(2, '[a] x') }, b: { y: circle(4, '[b] y') } },
  ],
  'ten references in a row and one more': [
    `[a]\n${Array.from({ length: 11 }, (_, i) => `x${i} = \${x${i + 1}}\n`).join('')}x11 = 1\n`,
    {
      a: {
        x0: circle(12, '[a] x10'),
        ...Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`x${i + 1}`, '1'])),
      },
    },
  ],
  'a section twice': ['[a]\n[b]\n[a]\n', 'a.conf:3: [a] stands on line 1 already; expected once in a file'],
  'an option twice': [
    '[a]\nPort = 1\n[b]\nport = 1\nPORT : 2\n',
    'a.conf:5: [b] port stands on line 4 already; expected once in a file',
  ],
  'an option twice in two [DEFAULT]': [
    '[DEFAULT]\nx = 1\n[a]\n[DEFAULT]\nx = 2\n',
    'a.conf:5: [DEFAULT] x stands on line 2 already; expected once in a file',
  ],
  'an option before any section': [
    '# c\nx = 1\n',
    'a.conf:2: expected a section, e.g. [DEFAULT], before the first option',
  ],
  'a section without a name': [
    '[]\n',
    'a.conf:1: expected a section, e.g. [DEFAULT], before the first option',
  ],
  'an option without a delimiter': ['[a]\n\nport 2003\n', noOption(3)],
  'an option without a name': ['[a]\n= 1\n', noOption(2)],
  'a section that is not closed': ['[a]\nx = 1\n[b\n', noOption(3)],
  'an option indented deeper without one before': ['[a]\nx = 1\n[b]\n  y = 2\n 3\n', noOption(5, 'b')],
  'a realistic haproxystats.conf': [
    `# Everything that more than one section wants.
[DEFAULT]
loglevel = info
retries  = 2
Timeout  = 1
interval = 2

[paths]
base-dir = /var/lib/haproxystats

[pull]
loglevel     : debug
socket-dir   = /run/haproxy
servers      = unix:///run/haproxy/admin.sock,
               ; the second balancer
               tcp://lb2.example.org:9000
timeout      = 0.1
pull-timeout = 2
dst-dir      = \${paths:base-dir}/incoming
tmp-dst-dir  = \${dst-dir}/.tmp

[process]
src-dir           = \${pull:dst-dir}
frontend-metrics  = bin bout
                    hrsp_5xx
exclude-frontends = \${paths:base-dir}/exclude-frontends.txt

aggr-server-metrics = true

[graphite]
server = graphite-\${site}.example.org
port   = 2003
site   = ams1
namespace = lb.\${site}
group-namespace = teams

[frontend-groups]
shop = ^(shop|cart)_
rest = .*$$

[local-store]
dir = \${paths:base-dir}/local-store
`,
    {
      DEFAULT: { loglevel: 'info', retries: '2', timeout: '1', interval: '2' },
      paths: handedDown({ 'base-dir': '/var/lib/haproxystats' }),
      pull: handedDown({
        loglevel: 'debug',
        'socket-dir': '/run/haproxy',
        servers: 'unix:///run/haproxy/admin.sock,\ntcp://lb2.example.org:9000',
        timeout: '0.1',
        'pull-timeout': '2',
        'dst-dir': '/var/lib/haproxystats/incoming',
        'tmp-dst-dir': '/var/lib/haproxystats/incoming/.tmp',
      }),
      process: handedDown({
        'src-dir': '/var/lib/haproxystats/incoming',
        'frontend-metrics': 'bin bout\nhrsp_5xx',
        'exclude-frontends': '/var/lib/haproxystats/exclude-frontends.txt',
        'aggr-server-metrics': 'true',
      }),
      graphite: handedDown({
        server: 'graphite-ams1.example.org',
        port: '2003',
        site: 'ams1',
        namespace: 'lb.ams1',
        'group-namespace': 'teams',
      }),
      'frontend-groups': handedDown({ shop: '^(shop|cart)_', rest: '.*$' }),
      'local-store': handedDown({ dir: '/var/lib/haproxystats/local-store' }),
    },
  ],
};

/** Files of which the later ones win. */
const LAYERS: Readonly<Record<string, readonly [texts: readonly string[], expected: Values | string]>> = {
  'no file': [[], {}],
  'options of a second file over those of the first, in their old place': [
    ['[a]\nx = 1\ny = 1\n[b]\nz = 1\n', '[b]\nu = 2\n[c]\n[a]\ny = 2\nv = 2\nX = 2\n'],
    { a: { x: '2', y: '2', v: '2' }, b: { z: '1', u: '2' }, c: {} },
  ],
  'a reference of the first file to an option of the second': [
    ['[a]\nx = ${b:y}${d}\n[b]\ny = 1\n[DEFAULT]\nd = 1', '[b]\ny = 2\n[DEFAULT]\nd = 3'],
    { a: { d: '3', x: '23' }, b: { d: '3', y: '2' }, DEFAULT: { d: '3' } },
  ],
  'a value of the first file is not gone on with in the second': [
    ['[a]\nx = 1\n', '  2\n'],
    'b.conf:1: expected a section, e.g. [DEFAULT], before the first option',
  ],
  'an option twice in the second file': [
    ['[a]\nx = 1\n', '[a]\nx = 2\nx = 3\n'],
    'b.conf:3: [a] x stands on line 2 already; expected once in a file',
  ],
  'an option of the second file that cannot be resolved': [
    ['[a]\nx = 1\n', '\n[a]\nx = ${y}\n'],
    { a: { x: refused(3, '[a] x: "${y}" leads to no option', 'b.conf') } },
  ],
};

type Case = readonly [title: string, texts: readonly string[], expected: Values | string];

/** All of them: title, texts, what they say. */
export const CASES: readonly Case[] = [
  ...Object.entries(TEXTS).map(([title, [text, expected]]): Case => [title, [text], expected]),
  ...Object.entries(LAYERS).map(([title, [texts, expected]]): Case => [title, texts, expected]),
];

function refused(line: number, what: string, file = 'a.conf'): string {
  return `${file}:${line}: ${what}; expected \${option}, \${section:option}, or $$ for a dollar sign`;
}

function circle(line: number, option: string): string {
  return `a.conf:${line}: ${option}: references lead on for more than 10 steps, most likely in a circle`;
}

function noOption(line: number, section = 'a'): string {
  return `a.conf:${line}: [${section}] expected "option = value", "option: value", a [section], or a comment line with # or ; (further lines of a value are indented)`;
}

function handedDown(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { loglevel: 'info', retries: '2', timeout: '1', interval: '2', ...options };
}
