import { module } from '../capability.ts'
import { customFields, saveCustomFields } from './customFields.ts'

export { checkCustom } from './customFields.ts'

export const records = module({ name: 'records', capabilities: { customFields, saveCustomFields } })
