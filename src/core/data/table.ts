/** Tables in: any CSV, CSV.gz or XLSX, from bytes or a path, as a header and batches of rows of text. */
import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { admitSize, DEFAULT_LIMITS, FileRefused, type TableLimits } from './gate.ts'
import type { FromWorker, Shape, WorkerInput } from './worker.ts'

export type { Shape } from './worker.ts'

export type ReadOptions = {
  limits?: Partial<TableLimits>
  /** sheet of a workbook by name; the first visible one when left out */
  sheet?: string
  /** called once, before any rows; throw a FileRefused here to stop a table of the wrong kind */
  onHeader?(shape: Shape): void | Promise<void>
  /** up to 1,000 rows each; `firstRow` counts data rows from 1. The next batch waits until this promise resolves. */
  onRows(batch: string[][], firstRow: number): void | Promise<void>
  signal?: AbortSignal
}

/**
 * Reads a table in a thread of its own. Rows are as wide as the header or wider, never narrower.
 * @throws FileRefused with one sentence for the sender; whatever `onHeader` or `onRows` throw
 */
export async function readTable(source: string | Uint8Array, options: ReadOptions): Promise<Shape & { rows: number }> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  admitSize(typeof source === 'string' ? statSync(source).size : source.byteLength, limits.fileBytes)
  const input: WorkerInput = { source, limits, sheet: options.sheet }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  })
  try {
    return await receive(worker, limits, options)
  } finally {
    await worker.terminate()
  }
}

function receive(worker: Worker, limits: TableLimits, options: ReadOptions): Promise<Shape & { rows: number }> {
  return new Promise((resolve, reject) => {
    let shape: Shape | null = null
    let rows = 0
    let line: Promise<void> = Promise.resolve()
    let timer: NodeJS.Timeout
    const late = () => reject(new FileRefused('too_slow', 'The file took too long to read and was given up.'))
    const arm = () => {
      clearTimeout(timer)
      timer = setTimeout(late, limits.timeoutMs)
    }
    const stop = (error: unknown) => {
      clearTimeout(timer)
      reject(error)
    }
    const take = async (message: FromWorker) => {
      if (message.kind === 'shape') {
        shape = message.shape
        await options.onHeader?.(shape)
      } else if (message.kind === 'rows') {
        clearTimeout(timer)
        await options.onRows(message.rows, rows + 1)
        rows += message.rows.length
        arm()
        worker.postMessage('next')
      } else if (message.kind === 'refused') {
        stop(new FileRefused(message.code, message.sentence))
      } else {
        clearTimeout(timer)
        resolve({ ...shape!, rows })
      }
    }
    arm()
    options.signal?.addEventListener('abort', () => stop(options.signal!.reason), { once: true })
    worker.on('message', (message: FromWorker) => {
      line = line.then(() => take(message)).catch(stop)
    })
    worker.on('error', (error: NodeJS.ErrnoException) =>
      stop(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new FileRefused('too_much_memory', 'The file needs more memory than one import may use.')
          : error,
      ),
    )
  })
}
