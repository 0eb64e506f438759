import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSecret, secretBytes, secretText, signedHeaders, verifies } from './signature.ts'

/** The vector that the reference libraries of Standard Webhooks test themselves with. */
const secret = secretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const seconds = 1614265330
const body = '{"test": 2432232314}'

test('a signature is the one of the public test vector', () => {
  assert.deepEqual(signedHeaders([secret], id, seconds, body), {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('a receiver believes the untouched message within five minutes, with either secret of a change', () => {
  const next = newSecret()
  const headers = signedHeaders([next, secret], id, seconds, body)
  assert.ok(verifies(secret, headers, body, seconds + 299))
  assert.ok(verifies(next, headers, body, seconds - 299))
  assert.ok(!verifies(secret, headers, body, seconds + 301))
  assert.ok(!verifies(secret, headers, `${body} `, seconds))
  assert.ok(!verifies(secret, { ...headers, 'webhook-id': 'msg_other' }, body, seconds))
  assert.ok(!verifies(newSecret(), headers, body, seconds))
  assert.ok(!verifies(secret, { ...headers, 'webhook-timestamp': 'soon' }, body, seconds))
})

test('a secret has at least 24 bytes and survives being written down', () => {
  assert.throws(() => secretBytes('whsec_c2hvcnQ='), RangeError)
  const made = newSecret()
  assert.ok(made.length >= 24)
  assert.deepEqual(secretBytes(secretText(made)), made)
})
