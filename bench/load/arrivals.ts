/**
 * Arrivals at a fixed rate that do not wait for answers, as a crowd does: told a rate and how long, sends an order each time,
 * says what became of them. A process of its own, so that its work is not the server's.
 */
import { Agent, request } from 'node:http'
import { bodiesOf, type Goods } from './bodies.ts'

interface Given {
  readonly url: string
  readonly apiKey: string
  readonly goods: Goods
}
export interface Drive {
  readonly name: string
  readonly perS: number
  readonly seconds: number
}
export interface Driven {
  readonly sent: number
  readonly done: number
  /** Coded: told to come back. */
  readonly refused: number
  /** Anything else: an error without a code, a broken connection. */
  readonly wrong: Readonly<Record<string, number>>
  /** Of those done: ms from the moment each was due, so that a sender that falls behind hides nothing. */
  readonly p50: number
  readonly p99: number
  readonly refusedP99: number
  readonly most: number
  readonly wall: number
  /** Done ones by second of their arrival: how many, and their p99. */
  readonly bySecond: readonly { readonly done: number; readonly p99: number }[]
}

const { url, apiKey, goods } = JSON.parse(process.argv[2]!) as Given
const bodies = bodiesOf(goods)
const { hostname, port } = new URL(url)
const agent = new Agent({ keepAlive: true, maxSockets: 20_000, maxFreeSockets: 20_000, scheduling: 'fifo' })

const send = (body: Buffer, key: string): Promise<string> =>
  new Promise((resolve) => {
    const sent = request(
      {
        ...{ agent, hostname, port, method: 'POST', path: '/sales/orders' },
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'content-length': String(body.length),
          'idempotency-key': key,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          if (response.statusCode !== 200) text += part
        })
        response.on('error', () => resolve('broken'))
        response.on('end', () => {
          if (response.statusCode === 200) return resolve('done')
          const coded = /"code":"(busy|deadline)"/.exec(text)
          const back = response.headers['retry-after'] !== undefined
          resolve(
            response.statusCode === 503 && coded && back ? 'refused' : `${response.statusCode} ${text.slice(0, 80)}`,
          )
        })
      },
    )
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'broken'))
    sent.end(body)
  })

const quantile = (values: readonly number[], q: number): number =>
  values.length === 0 ? 0 : Math.round(values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]! * 10) / 10

const drive = async ({ name, perS, seconds }: Drive): Promise<Driven> => {
  const total = Math.round(perS * seconds)
  const started = performance.now()
  const outcomes: { outcome: string; ms: number; second: number }[] = []
  const under: Promise<void>[] = []
  let most = 0
  let sent = 0
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * perS) + 1)
    for (; sent < due; sent += 1) {
      const at = started + (sent / perS) * 1000
      under.push(
        send(bodies[sent % bodies.length]!, `${name}-${sent}`).then((outcome) => {
          outcomes.push({ outcome, ms: performance.now() - at, second: Math.floor((at - started) / 1000) })
        }),
      )
    }
    most = Math.max(most, under.length - outcomes.length)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await Promise.all(under)
  const of = (what: string) => outcomes.filter(({ outcome }) => outcome === what)
  const done = of('done')
  const wrong: Record<string, number> = {}
  for (const { outcome } of outcomes)
    if (outcome !== 'done' && outcome !== 'refused') wrong[outcome] = (wrong[outcome] ?? 0) + 1
  return {
    ...{ sent, done: done.length, refused: of('refused').length, wrong, most },
    p50: quantile(
      done.map((one) => one.ms),
      0.5,
    ),
    p99: quantile(
      done.map((one) => one.ms),
      0.99,
    ),
    refusedP99: quantile(
      of('refused').map((one) => one.ms),
      0.99,
    ),
    wall: performance.now() - started,
    bySecond: Array.from({ length: seconds }, (_, second) => {
      const own = done.filter((one) => one.second === second)
      return {
        done: own.length,
        p99: quantile(
          own.map((one) => one.ms),
          0.99,
        ),
      }
    }),
  }
}

process.on('message', (asked: Drive) => void drive(asked).then((driven) => process.send!(driven)))
process.on('disconnect', () => process.exit(0))
process.send!('ready')
