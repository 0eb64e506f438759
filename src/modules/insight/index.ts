import { module } from '../../core/capability.ts'
import { today } from './today.ts'

export const insight = module({ name: 'insight', capabilities: { today } })
