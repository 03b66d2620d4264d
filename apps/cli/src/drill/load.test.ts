import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { firstBad, type Seen, servingAgain, startLoad } from './load.ts'
import { waitFor } from './wait.ts'

const seen = (pattern: string): Seen[] => [...pattern].map((mark, index) => ({ atMs: index, isGood: mark === '+' }))

it('finds the first bad response after a moment', () => {
  expect(firstBad(seen('+-++-+'), 0)).toBe(1)
  expect(firstBad(seen('+-++-+'), 2)).toBe(4)
  expect(firstBad(seen('+++'), 0)).toBeUndefined()
})

it('calls it serving again only after enough good responses in a row', () => {
  expect(servingAgain(seen('+-+-+++'), 0, 3)).toBe(4)
  expect(servingAgain(seen('+-+-++'), 0, 3)).toBeUndefined()
  expect(servingAgain(seen('++++'), 0, 3)).toBeUndefined()
  expect(servingAgain(seen('-++++'), 2, 3)).toBeUndefined()
})

it('asks again and again until it is stopped, and counts what broke as bad', async () => {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    if (requests % 3 === 0) request.socket.destroy()
    else response.writeHead(requests % 3 === 1 ? 200 : 500).end('x')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`
  const load = startLoad(url, { limitMs: 10_000, nowMs: () => Date.now() })
  await waitFor('some answers', 5_000, async () => (load.seen.length > 20 ? true : null))
  await load.stop()
  const count = load.seen.length
  server.close()
  expect(load.seen.some(({ isGood }) => isGood)).toBe(true)
  expect(load.seen.filter(({ isGood }) => !isGood).length).toBeGreaterThan(count / 3)
  await new Promise(done => setTimeout(done, 100))
  expect(load.seen).toHaveLength(count)
})

it('never asks another machine', () => {
  expect(() => startLoad('https://example.com/', { limitMs: 1, nowMs: () => 0 })).toThrow(
    'load goes to this machine only',
  )
})

it('stops by itself when its time is over', async () => {
  const load = startLoad('http://127.0.0.1:9/', { limitMs: 60, nowMs: () => Date.now() })
  await new Promise(done => setTimeout(done, 250))
  const count = load.seen.length
  await new Promise(done => setTimeout(done, 100))
  expect(load.seen).toHaveLength(count)
})

it('a deadline that passes is a failed run, not a bug', async () => {
  await expect(waitFor('green', 1, async () => null)).rejects.toMatchObject({
    code: 'RUN_FAILED',
    exitCode: 1,
    message: 'green: not within 0 s',
  })
})
