import { module } from '../../core/capability.ts'
import { decisions } from './decisions.ts'
import { promiseKept } from './promiseKept.ts'
import { promiseRecords } from './promiseRecords.ts'
import { records } from './records.ts'
import { today } from './today.ts'

export const insight = module({
  name: 'insight',
  capabilities: { today, decisions, records, promiseKept, promiseRecords },
})
