import { Agent, request } from 'node:http'
import { benchLine } from './lines-made.ts'
import type { LoadResult } from './load.ts'

/** Posts batches of log lines of about 80 characters and five fields, as many as it is told. */
const [target = '', key = '', connections = '1', count = '1000', offset = '0'] = process.argv.slice(2)
const { hostname } = new URL(target)
if (hostname !== '127.0.0.1' && hostname !== 'localhost') throw new Error('load goes to this machine only')
const batch = 500
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const result: LoadResult = { answered: 0, failed: 0, latenciesMs: [] }
let next = Number(offset)
const end = next + Number(count)

function post(): Promise<number> {
  const size = Math.min(batch, end - next)
  const first = next
  next += size
  const body = Array.from({ length: size }, (_, index) => JSON.stringify(benchLine(first + index))).join('\n')
  const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) }
  return new Promise(done => {
    const out = request(target, { agent, method: 'POST', headers }, answer => {
      answer.resume().on('end', () => done(answer.statusCode === 200 ? size : 0))
    })
    out.on('error', () => done(0))
    out.end(body)
  })
}

async function worker(): Promise<void> {
  while (next < end) {
    const startedAt = performance.now()
    const taken = await post()
    if (taken > 0) result.answered += taken
    else result.failed++
    result.latenciesMs.push(performance.now() - startedAt)
  }
}

await Promise.all(Array.from({ length: Number(connections) }, worker))
process.send?.(result, undefined, {}, () => process.exit(0))
