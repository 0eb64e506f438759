import { module } from '../../core/capability.ts'
import { applyChunk, applyImport } from './runs/applyImport.ts'
import { checkImport } from './runs/checkImport.ts'
import { importMonths } from './runs/importMonths.ts'
import { importErrors, importProfiles, importRows, importStatus, listImports } from './runs/readImports.ts'
import { startImport } from './runs/startImport.ts'

const ofImport = ({ id }: { id: string }) => ({ importId: id })
const event = { kind: 'import_run', permission: 'exchange.import', version: 1 }

export const exchange = module({
  name: 'exchange',
  capabilities: {
    importProfiles,
    startImport,
    checkImport,
    applyImport,
    applyChunk,
    importStatus,
    importRows,
    importErrors,
    importMonths,
    listImports,
  },
  events: { 'import.started': event, 'import.checked': event, 'import.chunk': event, 'import.applied': event },
  on: [
    { event: 'import.started', run: 'exchange.checkImport', input: ofImport },
    { event: 'import.chunk', run: 'exchange.applyChunk', input: ofImport },
  ],
})

export {
  countryCode,
  type Document,
  kindOfCode,
  onlineRetail,
  type RetailReader,
  type RetailResult,
} from './onlineRetail.ts'
export { applyAll, checkFile } from './runs/drive.ts'
