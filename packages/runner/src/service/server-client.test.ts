import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../testing/test-machine.ts'
import { ServerClient } from './server-client.ts'

test('a token goes to the server that lives, never to what listens where one was that ended', async () => {
  const heard: (string | undefined)[] = []
  const listener = createServer((request, answer) => {
    heard.push(request.headers.authorization)
    answer.end('{}')
  })
  await new Promise<void>(done => listener.listen(0, '127.0.0.1', done))
  const { port } = listener.address() as AddressInfo
  const folder = tempFolder()
  const [file, holder] = [join(folder, 'url'), join(folder, 'server.pid')]
  const client = new ServerClient({ file, holder }, 'the-token')
  writeFileSync(file, `http://127.0.0.1:${port}`)
  for (const text of ['', 'no JSON', '{"pid":0}']) {
    writeFileSync(holder, text)
    await expect(client.goodbye(), text).rejects.toThrow('has ended')
  }
  const gone = spawn('true')
  await new Promise(done => gone.once('exit', done))
  writeFileSync(holder, JSON.stringify({ pid: gone.pid }))
  await expect(client.goodbye()).rejects.toThrow('has ended')
  expect(heard).toEqual([])
  writeFileSync(holder, JSON.stringify({ pid: process.pid }))
  await client.goodbye()
  expect(heard).toEqual(['Bearer the-token'])
  listener.closeAllConnections()
  listener.close()
})
