/** The doors beside the commands: addresses that we are made to call, paths out of the folder, uploads, exports. */
import { createServer } from 'node:net'
import { type Shape, sample } from '../../trust/sample.ts'
import { fileNames, insideUrls, jsonOf, OTHERS, outsidePaths, queryOf, TEXTS } from './payloads.ts'
import type { Company, FuzzStage } from './stage.ts'
import { json, rpc, type Talk } from './talk.ts'
import { readWorkbook } from './workbook.ts'

/** Nobody may be made to call us from inside: a listener waits there. */
export const callInside = async ({ found, probe }: Talk, { companies }: FuzzStage) => {
  const server = createServer((socket) => {
    found('reached_internal', `a connection from ${socket.remotePort}`)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as { port: number }
  const save = (url: string) =>
    probe(companies[0]!, rpc('webhooks.save'), {
      headers: json,
      body: JSON.stringify({ url, eventTypes: ['order.created'] }),
    })
  if ((await save('https://receiver.example/in')).status !== 200) throw new Error('not even a public address is saved')
  for (const url of insideUrls(port)) {
    const { status } = await save(url)
    if (status === 200) found('reached_internal', `webhooks.save took ${JSON.stringify(url)}`)
  }
  return server
}

export const leaveFolder = async ({ found, probe, ask }: Talk, { companies }: FuzzStage) => {
  const [mine, theirs] = companies as [Company, Company]
  for (const path of outsidePaths) await probe(mine, path, { method: 'GET' })
  const foreign = await probe(mine, `/files/${theirs.ids.get('stored_file')}`, { method: 'GET' })
  if (foreign.status !== 404) found('escapes', `another company's file: ${foreign.status}`)
  for (const name of fileNames) {
    const headers = { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name) }
    const stored = await probe(mine, '/files', { headers, body: `<script>alert(1)</script> ${mine.mark}` })
    if (stored.status !== 200) continue
    const { id, name: kept } = JSON.parse(stored.body.toString()) as { id: string; name: string }
    if (/[/\\\p{Cc}]|^\.*$/u.test(kept))
      found('escapes', `the name ${JSON.stringify(name)} is kept as ${JSON.stringify(kept)}`)
    const back = await ask(mine, `/files/${id}`, { method: 'GET' })
    if (
      !/^attachment/.test(String(back.headers['content-disposition'])) ||
      back.headers['x-content-type-options'] !== 'nosniff'
    )
      found('escapes', `${JSON.stringify(name)} comes back as a page`)
  }
}

/** Sign-in and set-up stand before the one road and check for themselves. */
const UNSIGNED: Readonly<Record<string, readonly string[]>> = {
  'auth.signIn': ['email', 'password', 'totp'],
  'auth.requestReset': ['email'],
  'auth.reset': ['code', 'password'],
  'auth.acceptInvitation': ['code', 'password'],
  'auth.reauthenticate': ['password', 'totp'],
  'auth.changePassword': ['password', 'newPassword'],
  'auth.confirmTotp': ['code'],
  'setup.createCompany': [
    'companyName',
    'currency',
    'country',
    'siteCode',
    'siteName',
    'timeZone',
    'userName',
    'email',
    'password',
  ],
}
export const visitUnsigned = async ({ probe }: Talk, { companies }: FuzzStage, random: () => number) => {
  for (const [name, fields] of Object.entries(UNSIGNED))
    for (const field of fields)
      for (const value of [...TEXTS, ...OTHERS].filter(() => random() < 0.3)) {
        const right = { email: 'a@b.example', currency: 'GBP', country: 'GB', timeZone: 'Europe/London' }
        const input = Object.fromEntries(
          fields.map((one) => [one, right[one as keyof typeof right] ?? 'harbour-crane-lantern-7']),
        )
        const told = field === 'email' && typeof value === 'string' ? `${value.slice(0, 30)}@b.example` : value
        const headers = { ...json, authorization: '' }
        await probe(companies[0]!, rpc(name), { headers, body: jsonOf({ ...input, [field]: told }) })
      }
}

/** Cells of a CSV file, quotes taken off. */
const cellsOf = (text: string): string[] =>
  [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r?\n|$)/g)].map(([, cell]) =>
    cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!,
  )
export const exportAll = async ({ found, probe }: Talk, stage: FuzzStage) => {
  const { companies } = stage
  let cells = 0
  let xlsxTexts = 0
  for (const { name, capability } of stage.registry.byName.values()) {
    const output = capability.output as Shape
    if (capability.is !== 'query' || !output.properties?.next || !output.properties.rows) continue
    const input = sample(capability.input as Shape, companies[0]!.ids, stage.unknown()) as Record<string, unknown>
    for (const from of companies) {
      const own =
        from === companies[0] ? input : (sample(capability.input as Shape, from.ids, stage.unknown()) as typeof input)
      const address = `/exports/${name.replace('.', '/')}?${queryOf(own, false)}`
      const workbook = await probe(from, `${address}&format=xlsx`, { method: 'GET' })
      if (workbook.status === 200) {
        const read = readWorkbook(workbook.body)
        xlsxTexts += read.texts
        for (const what of read.active) found('active_cells', `/exports/${name} xlsx ${what}`)
      }
      const { status, body } = await probe(from, address, { method: 'GET' })
      if (status !== 200) continue
      for (const cell of cellsOf(body.toString('utf8').replace(/^\ufeff/, ''))) {
        cells += 1
        if (/^[=+\-@\t\r]/.test(cell) && !/^-\d+(\.\d+)?$/.test(cell)) found('active_cells', `/exports/${name} ${cell}`)
      }
    }
  }
  return { cells, xlsxTexts }
}
