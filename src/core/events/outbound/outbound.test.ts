import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { after, before, test } from 'node:test'
import { isPublicAddress } from './addresses.ts'
import { createOutbound, OutboundRefused } from './outbound.ts'

/** Sixty-odd ways to spell an address that is ours alone. `names` are what a hostile DNS would answer. */
const names: Record<string, string[]> = {
  'loop.example.com': ['127.0.0.1'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  'ten.example.com': ['10.0.0.5'],
  'mixed.example.com': ['93.184.215.14', '192.168.1.1'],
  'six.example.com': ['::1'],
  'ula.example.com': ['fd00::1'],
  'metadata.example.com': ['169.254.169.254'],
  'nothing.example.com': ['not an address'],
  'nat64.example.com': ['64:ff9b::7f00:1'],
}
const spellings = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0.0.1/',
  'https://0177.1/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://127.255.255.254/',
  'https://0/',
  'https://0.0.0.0/',
  'https://00000000/',
  'https://0.1.2.3/',
  'https://１２７.０.０.１/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b:1::1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'https://[2001:db8::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456:789a::1]/',
  'https://[ff02::1]/',
  'https://[100::1]/',
  'https://[fd00:ec2::254]/',
  'https://10.0.0.1/',
  'https://10.255.255.255/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://3232235521/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xa9fea9fe/',
  'https://2852039166/',
  'https://168.63.129.16/',
  'https://192.0.0.1/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://198.51.100.1/',
  'https://203.0.113.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://app.localhost/',
  'https://printer.local/',
  'https://metadata.google.internal/',
  'https://router.home.arpa/',
  'https://intranet/',
  'https://user@example.com/',
  'https://user:pass@127.0.0.1/',
  'https://example.com@127.0.0.1/',
  'https://127.0.0.1#@example.com/',
  'https://127.0.0.1\\@example.com/',
  'https://example.com:22/',
  'https://example.com:25/',
  'http://example.com/',
  'HTTP://example.com/',
  'file:///etc/passwd',
  'ftp://example.com/',
  'gopher://127.0.0.1:6379/_INFO',
  'data:text/plain,hello',
  'javascript:alert(1)',
  'unix:/var/run/docker.sock',
  '//127.0.0.1/',
  '/etc/passwd',
  '',
  `https://${'a'.repeat(3000)}.com/`,
  ...Object.keys(names).map((name) => `https://${name}/`),
]

test(`${spellings.length} spellings of an address inside reach nothing`, async () => {
  const resolved: string[] = []
  const outbound = createOutbound({
    resolve: async (host) => {
      resolved.push(host)
      return names[host] ?? ['127.0.0.1']
    },
  })
  assert.ok(spellings.length >= 60)
  let reached = 0
  for (const url of spellings) {
    const error = await outbound.send({ method: 'GET', url, timeoutMs: 500 }).then(
      () => null,
      (e: unknown) => e,
    )
    if (!(error instanceof OutboundRefused)) {
      reached += 1
      console.log('not refused:', url, error)
    }
  }
  assert.equal(reached, 0)
  // Only names are looked up, so an address was never taken for one.
  assert.deepEqual(resolved, Object.keys(names))
})

test('public addresses are public', () => {
  for (const address of [
    '93.184.215.14',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::6810:84e5',
    '2a00:1450::1',
  ])
    assert.ok(isPublicAddress(address), address)
})

let server: Server
let base: string
let redirects = 0
const seen: (IncomingMessage & { bytes?: string })[] = []
before(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.push(request)
    if (request.url === '/redirect') return void response.writeHead(302, { location: `${base}/target` }).end()
    if (request.url === '/target') redirects += 1
    if (request.url === '/long') return void response.end('x'.repeat(3_000_000))
    if (request.url === '/drip') {
      response.writeHead(200)
      const drip = setInterval(() => response.write('x'), 100)
      response.on('close', () => clearInterval(drip))
      return
    }
    if (request.url === '/silent') return
    response.writeHead(200, { 'x-answer': 'yes' }).end('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})
const inTest = createOutbound({ onlyForTests: { addresses: ['127.0.0.1'] } })

test('a redirect is an answer and is not followed', async () => {
  const { status } = await inTest.send({ method: 'GET', url: `${base}/redirect` })
  assert.deepEqual([status, redirects], [302, 0])
})

test('an answer that is too long, too slow or missing is broken off in time', async () => {
  await assert.rejects(inTest.send({ method: 'GET', url: `${base}/long`, maxBytes: 10_000 }), /longer than/)
  const started = performance.now()
  await assert.rejects(inTest.send({ method: 'GET', url: `${base}/drip`, timeoutMs: 400 }), /in time/)
  await assert.rejects(inTest.send({ method: 'GET', url: `${base}/silent`, timeoutMs: 400 }), /in time/)
  assert.ok(performance.now() - started < 1_500)
  assert.equal((await inTest.send({ method: 'GET', url: `${base}/drip`, maxBytes: 0, timeoutMs: 400 })).status, 200)
})

test('the connection goes to the address that was checked, whatever the name says a moment later', async () => {
  let asked = 0
  const rebinding = createOutbound({
    onlyForTests: { addresses: ['127.0.0.1'] },
    resolve: async () => (++asked === 1 ? ['127.0.0.1'] : ['10.0.0.1']),
  })
  const { port } = server.address() as AddressInfo
  const response = await rebinding.send({ method: 'GET', url: `http://rebind.example.com:${port}/`, timeoutMs: 2_000 })
  assert.deepEqual([response.status, response.body, asked], [200, 'hello', 1])
  assert.equal(seen.at(-1)!.headers.host, `rebind.example.com:${port}`)
})

test('a server behind https that cannot prove itself by TLS is not talked to', async () => {
  // Plain TCP that never speaks TLS stands for any server without a valid certificate: the handshake must fail.
  const plain = createTcp((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const { port } = plain.address() as AddressInfo
  await assert.rejects(inTest.send({ method: 'GET', url: `https://127.0.0.1:${port}/`, timeoutMs: 2_000 }))
  plain.close()
})
