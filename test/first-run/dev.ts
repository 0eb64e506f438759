/** npm run dev, as somebody who changes a screen sees it: from the sources, and the edit arrives in the open page by itself. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { cloneTo, launch, stopInOrder } from './launch.ts'
import { type Case, data as dataOf } from './room.ts'

const MODULE = 'desk/start/firstRun.tsx'

/** The socket that the page opens, by the token that stands in the page's own script. */
const listen = async (url: string) => {
  const client = await (await fetch(`${url}/app/@vite/client`)).text()
  const token = /const wsToken = "([^"]+)"/.exec(client)?.[1]
  assert.ok(token, 'the page knows no socket')
  const socket = new WebSocket(`${url.replace('http', 'ws')}/app/?token=${token}`, 'vite-hmr')
  const heard: string[] = []
  socket.addEventListener('message', ({ data }) => heard.push(String(data)))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the socket for live reload was refused')))
  })
  return { socket, heard }
}

export const dev: Case = {
  name: 'npm run dev: an edit shows',
  async try(room) {
    const { folder, port } = room
    const clone = join(folder, 'clone')
    cloneTo(clone)
    const data = dataOf(room)
    const app = launch(clone, port, { args: ['--dev', '--empty'], env: { DATA_DIR: data } })
    const ms = await app.ready()
    const url = `http://localhost:${port}`
    const get = async (path: string) => {
      const answer = await fetch(`${url}/app/${path}`, { headers: { accept: 'text/html, */*' } })
      return { status: answer.status, policy: answer.headers.get('content-security-policy'), text: await answer.text() }
    }
    const page = await get('orders/any')
    assert.match(page.text, /src="\/app\/main\.tsx"/)
    assert.match(page.policy ?? '', /script-src 'self' 'unsafe-inline'/)
    assert.equal((await get(`@fs${join(clone, 'package.json')}`)).status, 403, 'files beside the web app are shown')
    assert.match((await get(MODULE)).text, /Set up your company/)
    const { socket, heard } = await listen(url)
    const source = join(clone, 'src/web', MODULE)
    writeFileSync(source, readFileSync(source, 'utf8').replace('Set up your company', 'Set up your wholesale house'))
    const edited = performance.now()
    while (!heard.some((message) => message.includes(MODULE))) {
      assert.ok(performance.now() - edited < 20_000, `20 s after the edit the page heard only ${heard.join(' ')}`)
      await wait(10)
    }
    const heardMs = Math.round(performance.now() - edited)
    assert.match((await get(MODULE)).text, /Set up your wholesale house/)
    await stopInOrder(app, data)
    socket.close()
    return `up in ${ms} ms, the edit told after ${heardMs} ms`
  },
}
