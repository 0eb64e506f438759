import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Standard Webhooks 1.0: `webhook-signature: v1,<base64 HMAC-SHA256 over id.timestamp.body>`, several separated by
 * spaces while keys change. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
const PREFIX = 'whsec_'
const MIN_BYTES = 24
const MAX_BYTES = 64
const TOLERANCE_S = 300

/** 256 random bits: the spec asks for 24 to 64 bytes. */
export const newSecret = (): Buffer => randomBytes(32)
export const secretText = (secret: Buffer): string => `${PREFIX}${secret.toString('base64')}`
export const secretBytes = (text: string): Buffer => {
  const bytes = Buffer.from(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text, 'base64')
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES)
    throw new RangeError(`a webhook secret has ${MIN_BYTES} to ${MAX_BYTES} bytes`)
  return bytes
}

const sign = (secret: Buffer, id: string, seconds: number, body: string): string =>
  `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`

/** `seconds`: the moment of this try, since 1970. */
export const signedHeaders = (
  secrets: readonly Buffer[],
  id: string,
  seconds: number,
  body: string,
): Record<string, string> => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': secrets.map((secret) => sign(secret, id, seconds, body)).join(' '),
})

/** The receiver's side: any one signature suffices, five minutes of difference between the clocks. */
export const verifies = (
  secret: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  nowSeconds: number,
): boolean => {
  const id = String(headers['webhook-id'] ?? '')
  const seconds = Number(headers['webhook-timestamp'])
  if (id === '' || !Number.isInteger(seconds) || Math.abs(nowSeconds - seconds) > TOLERANCE_S) return false
  const wanted = Buffer.from(sign(secret, id, seconds, body))
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .some((given) => given.length === wanted.length && timingSafeEqual(Buffer.from(given), wanted))
}
