import assert from 'node:assert/strict'
import { Refusal } from '../src/core/refusal.ts'

/** For `assert.rejects`: a no with this code, that says these words. */
export const refused =
  (code: string, words: string | RegExp = '') =>
  (error: unknown): true => {
    assert.ok(error instanceof Refusal, String(error))
    assert.equal(error.code, code, String(error))
    if (typeof words === 'string') assert.ok(error.detail.includes(words), String(error))
    else assert.match(error.detail, words)
    return true
  }
