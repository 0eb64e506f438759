import { module } from '../../core/capability.ts'
import { decisions } from './decisions.ts'
import { records } from './records.ts'
import { today } from './today.ts'

export const insight = module({ name: 'insight', capabilities: { today, decisions, records } })
