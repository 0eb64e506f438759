import { module } from '../capability.ts'
import { createApiKey, listApiKeys, revokeApiKey } from './capabilities/apiKeys.ts'
import { auditTrail } from './capabilities/auditTrail.ts'
import { changeUser } from './capabilities/changeUser.ts'
import { me } from './capabilities/me.ts'
import { listRoles, saveRole } from './capabilities/roles.ts'
import { auditSeals, sealAudit, sealed } from './capabilities/sealAudit.ts'
import { inviteUser, issueCode, listUsers, removeFactor, signOutUser, user } from './capabilities/users.ts'

/** What works on the session itself is not here but in signIn.ts: it needs cookies, not a company. */
export const auth = module({ name: 'auth', capabilities: { me } })

const declared = (kind: string) => ({ kind, permission: 'people.read', version: 1 })

export const people = module({
  name: 'people',
  capabilities: {
    listUsers,
    user,
    inviteUser,
    changeUser,
    issueCode,
    signOutUser,
    removeFactor,
    listRoles,
    saveRole,
    listApiKeys,
    createApiKey,
    revokeApiKey,
    auditTrail,
    auditSeals,
    sealAudit,
  },
  // What an administrator does shows on the open screens of the others. Told, not promised (`emits`): calls of the time before told nothing.
  events: {
    'user.changed': declared('app_user'),
    'role.changed': declared('role'),
    'api_key.changed': declared('api_key'),
    'audit.sealed': { kind: 'audit_seal', permission: 'audit.read', version: 1 },
  },
  every: [{ at: '00:40', run: 'people.sealAudit' }],
  invariants: [sealed],
})
