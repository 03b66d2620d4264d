import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { LoadResult } from './load.ts'

/** Posts distinct 6 KB events of 50 different faults for a while, and sends what it saw to its parent. */
const [target = '', key = '', connections = '1', lastsMs = '1000'] = process.argv.slice(2)
const { hostname } = new URL(target)
if (hostname !== '127.0.0.1' && hostname !== 'localhost') throw new Error('load goes to this machine only')
const url = `${target}?sentry_key=${key}&sentry_version=7`
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const result: LoadResult = { answered: 0, failed: 0, latenciesMs: [] }
const endAt = performance.now() + Number(lastsMs)

function envelope(fault: number): string {
  const id = randomBytes(16).toString('hex')
  const frames = Array.from({ length: 30 }, (_, index) => ({
    filename: `/app/dist/module-${index}.js`,
    function: `step${index}`,
    lineno: index * 7,
    colno: 11,
    in_app: index > 20,
    context_line: `  return await next(request, ${index})`,
  }))
  frames.push({
    filename: `/app/dist/fault-${fault}.js`,
    function: `fault${fault}`,
    lineno: 1,
    colno: 1,
    in_app: true,
    context_line: '  throw new TypeError()',
  })
  const event = {
    event_id: id,
    level: 'error',
    platform: 'node',
    timestamp: Date.now() / 1000,
    release: 'bench',
    environment: 'production',
    exception: { values: [{ type: 'TypeError', value: `total ${fault} is undefined`, stacktrace: { frames } }] },
    user: { id: String(Math.floor(Math.random() * 1000)) },
    extra: { padding: 'x'.repeat(1_200) },
  }
  return `${JSON.stringify({ event_id: id })}\n{"type":"event"}\n${JSON.stringify(event)}`
}

function post(): Promise<boolean> {
  const body = envelope(Math.floor(Math.random() * 50))
  return new Promise(done => {
    const out = request(
      url,
      { agent, method: 'POST', headers: { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) } },
      answer => {
        answer.resume().on('end', () => done(answer.statusCode === 200))
      },
    )
    out.on('error', () => done(false))
    out.end(body)
  })
}

async function worker(): Promise<void> {
  while (performance.now() < endAt) {
    const startedAt = performance.now()
    if (await post()) result.answered++
    else result.failed++
    result.latenciesMs.push(performance.now() - startedAt)
  }
}

await Promise.all(Array.from({ length: Number(connections) }, worker))
process.send?.(result, undefined, {}, () => process.exit(0))
