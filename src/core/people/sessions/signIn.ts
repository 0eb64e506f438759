import { Compile, type Validator } from 'typebox/compile'
import { Refusal } from '../../refusal.ts'
import { validate } from '../../road/registry.ts'
import { type Static, type TObject, t } from '../../t.ts'
import {
  changePassword,
  confirmTotp,
  disableTotp,
  enableTotp,
  reauthenticate,
  redeem,
  requestReset,
} from '../account.ts'
import { endMySessions, myAccount } from './ownSessions.ts'
import type { Sessions } from './sessions.ts'

/** What the door knows of a visitor: the cookies and where they come from. */
export interface Visit {
  readonly token: string | null
  readonly deviceToken: string | null
  readonly address: string
  readonly userAgent: string
}
/** The door sets the cookies it is told (null: take it away); a token never stands in a body. */
export interface Reply {
  readonly body: unknown
  readonly cookies?: { readonly token?: string | null; readonly deviceToken?: string }
}

/** A step that is done before there is a company to act in, or on the session itself: beside the one road, by name. */
export interface Action {
  readonly title: string
  readonly input: TObject
  /** With the session's token when `signedIn`; the door answers 401 otherwise. */
  readonly run: (input: never, visit: Visit, token: string) => Promise<Reply>
  readonly signedIn: boolean
  readonly checkInput: Validator
}
export type Actions = Readonly<Record<string, Action>>

export const action = <I extends TObject>(
  title: string,
  signedIn: boolean,
  input: I,
  run: (input: Static<I>, visit: Visit, token: string) => Promise<Reply>,
): Action => {
  let check: Validator | undefined
  return {
    title,
    signedIn,
    input,
    run: run as Action['run'],
    get checkInput() {
      check ??= Compile(input) as Validator
      return check
    },
  }
}

const password = () => t.secret({ max: 200 })
const proof = { password: password(), totp: t.optional(t.secret({ max: 40 })) }
const ok = { ok: true }

/** `POST /rpc/auth/<name>` and `POST /auth/<name>`. */
export const authActions = (sessions: Sessions): Actions => ({
  'auth.signIn': action('Sign in', false, t.object({ email: t.email(), ...proof }), async (input, visit) => {
    const { token, deviceToken } = await sessions.signIn({ ...input, ...visit })
    // Never go on with the session the browser brought: it may have been planted.
    if (visit.token) await sessions.signOut(visit.token)
    return { body: ok, cookies: { token, deviceToken } }
  }),
  'auth.signOut': action('Sign out', false, t.empty(), async (_, visit) => {
    if (visit.token) await sessions.signOut(visit.token)
    return { body: ok, cookies: { token: null } }
  }),
  'auth.reauthenticate': action('Prove again who you are', true, t.object(proof), async (input, _, token) => ({
    body: ok,
    cookies: { token: await reauthenticate(sessions, token, input) },
  })),
  'auth.changePassword': action(
    'Change my password',
    true,
    t.object({ ...proof, newPassword: password() }),
    async (input, _, token) => ({
      body: ok,
      cookies: { token: await changePassword(sessions, token, input) },
    }),
  ),
  'auth.enableTotp': action('Set up a second factor', true, t.empty(), async (_, __, token) => ({
    body: await enableTotp(sessions, token),
  })),
  'auth.confirmTotp': action(
    'Confirm the second factor',
    true,
    t.object({ code: t.secret({ max: 20 }) }),
    async ({ code }, _, token) => {
      const { token: fresh, recoveryCodes } = await confirmTotp(sessions, token, code)
      return { body: { recoveryCodes }, cookies: { token: fresh } }
    },
  ),
  'auth.disableTotp': action('Switch off the second factor', true, t.empty(), async (_, __, token) => {
    await disableTotp(sessions, token)
    return { body: ok }
  }),
  'auth.account': action('My account and where I am signed in', true, t.empty(), async (_, __, token) => ({
    body: await myAccount(sessions, token),
  })),
  'auth.endSessions': action(
    'End one of my sessions, or all others',
    true,
    t.object({ id: t.nullable(t.text({ min: 64, max: 64, pattern: '^[0-9a-f]{64}$' })) }),
    async ({ id }, _, token) => ({ body: { ended: await endMySessions(sessions, token, id) } }),
  ),
  'auth.acceptInvitation': action(
    'Accept an invitation',
    false,
    t.object({ code: t.secret({ max: 100 }), password: password() }),
    async (input) => {
      await redeem(sessions, 'invitation', input)
      return { body: ok }
    },
  ),
  'auth.requestReset': action('Ask for a new password', false, t.object({ email: t.email() }), async ({ email }) => {
    await requestReset(sessions, email)
    return { body: ok }
  }),
  'auth.reset': action(
    'Set a new password with a code',
    false,
    t.object({ code: t.secret({ max: 100 }), password: password() }),
    async (input) => {
      await redeem(sessions, 'reset', input)
      return { body: ok, cookies: { token: null } }
    },
  ),
})

/** One visit to one action. Throws Refusal `not_found`, `invalid_input`, `sign_in` and what the action says. */
export const visitAction = async (
  sessions: Sessions,
  actions: Actions,
  name: string,
  input: unknown,
  visit: Visit,
): Promise<Reply> => {
  const found = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (!found) throw new Refusal('not_found', 'There is nothing at this address.', 404)
  validate(found, input)
  if (!found.signedIn) return found.run(input as never, visit, '')
  if (!visit.token || !(await sessions.actorOfSession(visit.token))) throw new Refusal('sign_in', 'Sign in first.', 401)
  return found.run(input as never, visit, visit.token)
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
/** `auth.signIn` → `/rpc/auth/signIn`, `/auth/sign-in`. */
export const addressesOf = (name: string): string[] => [
  `/rpc/${name.replace('.', '/')}`,
  `/${kebab(name.replace('.', '/'))}`,
]
