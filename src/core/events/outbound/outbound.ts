import { lookup } from 'node:dns/promises'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.ts'

/**
 * The one way out. Only https, only to public addresses: the name is resolved once, every address is checked, and the
 * connection goes to the very address that was checked, so that a name which changes its mind (rebinding) gains nothing.
 * A redirect is an answer, never followed.
 */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** From the first look-up to the last byte. */
  readonly timeoutMs?: number
  /** Longer answers are refused; 0: the status is all we want and the rest is not read. */
  readonly maxBytes?: number
}
export interface OutboundResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export interface Outbound {
  send(request: OutboundRequest): Promise<OutboundResponse>
  /** Throws OutboundRefused for a URL that could never be sent to: for forms, before anything is saved. */
  checkUrl(url: string): void
}
export type RefusedCode = 'bad_url' | 'not_https' | 'user_info' | 'bad_port' | 'private_name' | 'private_address'
export class OutboundRefused extends Error {
  readonly code: RefusedCode
  constructor(code: RefusedCode, detail: string) {
    super(detail)
    this.code = code
  }
}
export interface OutboundOptions {
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** For tests with a receiver on loopback: plain http, and these addresses count as public. Set by code, not by env. */
  readonly onlyForTests?: { readonly addresses: readonly string[] }
}

const TIMEOUT_MS = 15_000
const MAX_BYTES = 1024 * 1024
const resolveAll = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

export const createOutbound = ({ resolve = resolveAll, onlyForTests }: OutboundOptions = {}): Outbound => {
  const isAllowed = (address: string): boolean =>
    isPublicAddress(address) || onlyForTests?.addresses.includes(address) === true
  const parse = (text: string): URL => {
    const url = parseUrl(text, onlyForTests !== undefined)
    const host = bareHost(url)
    if (isIP(host) !== 0 && !isAllowed(host)) throw privateAddress()
    return url
  }
  return {
    checkUrl: (text) => void parse(text),
    send: async (request) => {
      const url = parse(request.url)
      const timeoutMs = request.timeoutMs ?? TIMEOUT_MS
      const stop = AbortSignal.timeout(timeoutMs)
      const host = bareHost(url)
      const addresses = isIP(host) === 0 ? await within(stop, resolve(host)) : [host]
      if (addresses.length === 0) throw new Error(`the name ${host} has no address`)
      // One private address among public ones is a trap, not a mishap: none is tried.
      if (!addresses.every(isAllowed)) throw privateAddress()
      return sendTo(url, addresses[0]!, request, stop)
    },
  }
}

const privateAddress = () =>
  new OutboundRefused('private_address', 'This address leads into a private network; only public ones are called.')

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

/** The WHATWG parser turns `0x7f.1`, `2130706433`, `０` and the like into plain addresses, which are then checked. */
const parseUrl = (text: string, plainToo: boolean): URL => {
  if (text.length > 2_000 || !URL.canParse(text)) throw new OutboundRefused('bad_url', 'This is not a web address.')
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(plainToo && url.protocol === 'http:'))
    throw new OutboundRefused('not_https', 'Only https addresses are called.')
  if (url.username !== '' || url.password !== '')
    throw new OutboundRefused('user_info', 'An address with a user name or password in it is not called.')
  const port = url.port === '' ? 443 : Number(url.port)
  if (port !== 443 && port < 1024)
    throw new OutboundRefused('bad_port', 'Only port 443 and ports from 1024 are called.')
  const host = bareHost(url)
  if (
    isIP(host) === 0 &&
    (!host.includes('.') || /\.(localhost|local|internal|intranet|lan|home\.arpa|onion)$/.test(host))
  )
    throw new OutboundRefused('private_name', 'This name is one of a private network; only public ones are called.')
  return url
}

const within = <R>(stop: AbortSignal, work: Promise<R>): Promise<R> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      stop.addEventListener('abort', () => reject(timedOut()), { once: true })
    }),
  ])
const timedOut = () => new Error('no answer in time')

const sendTo = (url: URL, address: string, asked: OutboundRequest, stop: AbortSignal): Promise<OutboundResponse> =>
  new Promise((resolve, reject) => {
    const family = isIP(address)
    const checked: LookupFunction = (_host, options, given) =>
      options.all ? given(null, [{ address, family }]) : given(null, address, family)
    const maxBytes = asked.maxBytes ?? MAX_BYTES
    const request: ClientRequest = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: asked.method,
      headers: { 'user-agent': 'entrepot', ...asked.headers },
      lookup: checked,
      family,
      // A connection of its own each time: none that was opened to another address is used again.
      agent: false,
      maxHeaderSize: 16 * 1024,
    })
    const fail = (error: Error): void => {
      request.destroy()
      reject(error)
    }
    stop.addEventListener('abort', () => fail(timedOut()), { once: true })
    request.on('error', fail)
    request.on('socket', (socket) =>
      socket.on('connect', () => {
        // The last word before a byte is sent: whatever the runtime did, it must be the address that was checked.
        if (socket.remoteAddress !== address && !sameV6(socket.remoteAddress, address)) fail(privateAddress())
      }),
    )
    request.on('response', (response) => {
      const status = response.statusCode ?? 0
      const done = (body: string): void => {
        request.destroy()
        resolve({ status, headers: response.headers, body })
      }
      if (maxBytes === 0) return done('')
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes) return fail(new Error(`the answer is longer than ${maxBytes} bytes`))
        chunks.push(chunk)
      })
      response.on('end', () => done(Buffer.concat(chunks).toString('utf8')))
      response.on('error', fail)
    })
    request.end(asked.body)
  })

/** `2606:4700::1` has many spellings. */
const sameV6 = (a: string | undefined, b: string): boolean =>
  a !== undefined &&
  isIP(a) === 6 &&
  isIP(b) === 6 &&
  new URL(`https://[${a}]`).hostname === new URL(`https://[${b}]`).hostname
