/** A program: searches over the source it lies in, which may be a copy with a bug planted, and tells what it found as one line of JSON. */
import { openModel } from './play.ts'
import { search } from './search.ts'

const model = await openModel()
const found = await search(model, JSON.parse(process.argv[2]!))
await model.close()
console.log(JSON.stringify(found))
process.exit(0)
