import { module } from '../capability.ts'
import { customFields, saveCustomFields } from './customFields.ts'
import { recordCapabilities } from './notes.ts'
import { removeView, savedViews, saveView } from './views.ts'

export { checkCustom } from './customFields.ts'
export { linkDocuments, linkedDocuments } from './links.ts'

export const records = module({
  name: 'records',
  capabilities: { customFields, saveCustomFields, savedViews, saveView, removeView, ...recordCapabilities },
})
