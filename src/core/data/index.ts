export { DEFAULT_LIMITS, type FileKind, FileRefused, kindOf, type TableLimits } from './gate.ts'
export { cleanName, contentDisposition, downloadHeaders, storageName } from './names.ts'
export { type ReadOptions, readTable, type Shape } from './table.ts'
export { type Cell, collect, type Sheet, writeCsv, writeXlsx } from './write.ts'
