import { module } from '../../core/capability.ts'
import { account, allowOrder } from './accounts.ts'
import { saveAccounts } from './saveAccounts.ts'

export { creditOf } from './accounts.ts'
export { decideCredit, type Grant, grantsFor, type Prepaid } from './decideCredit.ts'
export {
  accountKey,
  type CreditAccount,
  changeExposure,
  type ExposureChange,
  lockAccounts,
} from './exposure.ts'

export const credit = module({
  name: 'credit',
  capabilities: { account, saveAccounts, allowOrder },
  events: { 'credit.changed': { kind: 'credit_account', permission: 'credit.read', version: 1 } },
  invariants: [
    {
      name: 'credit_open_orders',
      promise: 'What an account counts as open orders is what its released orders still have to ship (13).',
      differing: `
        select account.company_id, account.id, account.open_orders, coalesce(orders.open, 0) as orders_open
          from credit_account account
          left join (select company_id, entity_id, party_id, sum(credit_open)::int8 as open from sales_order group by company_id, entity_id, party_id) orders
                 using (company_id, entity_id, party_id)
         where account.open_orders <> coalesce(orders.open, 0)`,
      examined: 'select count(*)::int8 as count from credit_account',
    },
  ],
})
