/** What a stranger sends: values in place of a field, spellings of addresses inside, paths out of the folder, hostile names. */

/** Stands in for text that JSON.stringify cannot write: `1e309`, `-0`, 20,000 brackets. */
const raw = (text: string) => `@@raw:${text}@@`
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replace(/"@@raw:(.*?)@@"/g, (_, text: string) => text.replaceAll('\\"', '"'))

/** One object as a query; `twice`: its first word is said again. */
export const queryOf = (input: Record<string, unknown>, twice: boolean): string => {
  const words = Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? value.slice(0, 50) : [value]).map((one) => [
      name,
      typeof one === 'object' ? jsonOf(one) : String(one),
    ]),
  )
  const wellFormed = words.map(
    ([name, value]) => `${encodeURIComponent(name!)}=${encodeURIComponent(value!.toWellFormed()).slice(0, 4_000)}`,
  )
  return [...wellFormed, ...(twice ? wellFormed.slice(0, 1) : [])].join('&')
}

export const TEXTS = [
  '',
  ' ',
  'NaN',
  'Infinity',
  'null',
  '1e3',
  '0x10',
  '-0',
  'a'.repeat(300),
  'a\u0000b',
  '\u0000',
  '\ud800',
  '\ufeffa',
  '\u202egnp.exe',
  'é\u0301'.repeat(60),
  '../../../../etc/passwd',
  '..%2F..%2Fetc%2Fpasswd',
  "' or 1=1 --",
  "'; drop table note; --",
  "x' || pg_sleep(5) || '",
  '$$; select pg_sleep(5); $$',
  '\\',
  '{1,2}',
  '%s%n',
  '(((((',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(1)',
  '\t=1',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '9999-12-31',
  '0000-00-00',
  '2026-02-30',
  '2026-13-01',
  '-2026-01-01',
  '+275760-09-13T00:00:00.001Z',
  '2026-11-23T25:61:61Z',
]
const DEEP = 20_000
export const OTHERS: readonly unknown[] = [
  ...['9007199254740992', '-9007199254740993', '-0', '1e309', '-1e309', '1e-7', '0.1', '2147483648', '1e3'].map(raw),
  ...[-1, 0, 10_000_000_000_001, null, true, [], [[]], {}, [null], ['a', 'b'], [1, 2], { length: 1e9 }],
  ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"toString":1}'].map(raw),
  raw(`{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`),
  raw('['.repeat(DEEP) + ']'.repeat(DEEP)),
  raw(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`),
  Array.from({ length: 5_000 }, (_, n) => n),
  Array.from({ length: 1_001 }, () => '00000000-0000-7000-8000-000000000000'),
]
/** For filter, sort and cursor: fields that lists have, and ones that none has, before each payload. */
export const FIELDS = [
  'number',
  'name',
  'status',
  'id',
  'company_id',
  'companyId',
  '__proto__',
  '1',
  'a.b',
  '(select 1)',
]
export const SHAPES = (field: string, text: string): string[] => [
  `${field}:${text}`,
  `-${field}:"${text}"`,
  `${field}>${text}`,
  `${field}:1..${text}`,
  `${field}:${text},${text}`,
  `${field} ${text}`,
  `${`${field}:a `.repeat(60)}`,
  `"${text}`,
  Buffer.from(JSON.stringify([text, field])).toString('base64url'),
  Buffer.from(`{"__proto__":{"${field}":1}}`).toString('base64url'),
]

const INSIDE =
  `127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 0177.0.0.1 0177.1 017700000001 127.000.000.001 127.255.255.254
  0 00 0.0.0.0 0x0 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1]
  [64:ff9b::7f00:1] [fe80::1] [fc00::1] [fd12:3456::1] [fec0::1] [ff02::1] [2002:7f00:1::] [2001::1] [2001:db8::1]
  10.0.0.1 10.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 100.64.0.1 100.127.255.255 198.18.0.1 192.0.2.1 224.0.0.1 255.255.255.255
  169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [fd00:ec2::254] [::ffff:a9fe:a9fe] 168.63.129.16
  localhost LOCALHOST localhost. a.localhost metadata metadata.google.internal printer.local router.lan nas.home.arpa
  １２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① ⓛocalhost %31%32%37.0.0.1 user@127.0.0.1 example.com@127.0.0.1 example.com:443@127.0.0.1`.split(
    /\s+/,
  )
/** Every one leads inside, or is no https address at all: none may be saved. */
export const insideUrls = (port: number): string[] => [
  ...INSIDE.map((host) => `https://${host}:${port}/`),
  ...['http', 'ftp', 'gopher', 'ws', 'dict'].map((scheme) => `${scheme}://127.0.0.1:${port}/`),
  ...['file:///etc/passwd', 'data:text/plain,a', 'javascript:alert(1)', 'unix:/var/run/docker.sock'],
  ...[
    `//127.0.0.1:${port}/`,
    `https:127.0.0.1:${port}`,
    `https:/\\127.0.0.1:${port}/`,
    `https:\\\\127.0.0.1:${port}\\`,
  ],
  ...[
    ` https://127.0.0.1:${port}/`,
    `https://12\n7.0.0.1:${port}/`,
    `https://127.0.0.1\t:${port}/`,
    `HTTPS://127.0.0.1:${port}`,
  ],
  ...[`https://127.0.0.1:${port}#@example.com`, `https://127.0.0.1:${port}?.example.com`, 'https://example.com:22/'],
]

const up = (n: number, one: string) => one.repeat(n)
export const outsidePaths: readonly string[] = [
  '/files/',
  '/app/',
  '/app/assets/',
  '/records/files/',
  '/exports/',
  '/',
].flatMap((at) =>
  [
    ...[
      '../',
      '..%2F',
      '%2e%2e/',
      '%2e%2e%2f',
      '..%5C',
      '..\\',
      '....//',
      '..;/',
      '..%252f',
      '%c0%ae%c0%ae/',
      '.%00./',
    ].flatMap((step) => [`${up(1, step)}package.json`, `${up(2, step)}package.json`, `${up(9, step)}etc/passwd`]),
    ...[
      '/etc/passwd',
      '%2Fetc%2Fpasswd',
      'file:///etc/passwd',
      'index.html%00.js',
      '%00',
      'x'.repeat(300),
      'CON',
      '.env',
    ],
    ...[
      '.git/config',
      '.git%2Fconfig',
      '../../src/app.ts',
      'assets/..%2f..%2f..%2fsrc/app.ts',
      '..%2f..%2fstart.mjs',
      '%',
      '%ff',
    ],
  ].map((tail) => `${at}${tail}`),
)
/** Only files beyond the web folder hold these. */
export const OUTSIDE = /root:[^:\n]*:0:0:|"private": true|createApp = async|\[core\]|WANTED_NODE/

export const fileNames = [
  '../../a.html',
  '..\\a.svg',
  '/etc/passwd',
  'C:\\a',
  'a\u0000.txt',
  'CON',
  'x'.repeat(300),
  'a\r\nx-b: c',
  '..',
  '',
  '=1.csv',
  '"; a="b',
]
