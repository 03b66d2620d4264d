import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EventSize, envelope } from './ingest-events.ts'
import type { LoadResult } from './load.ts'

/**
 * Posts distinct events of 50 different faults for a while to the addresses in turn, and sends what it saw to its parent. At
 * most `perSecond` of them; 0 is as many as are answered.
 */
const [targets = '', connections = '1', lastsMs = '1000', size = '6', perSecond = '0', isOneOff = 'false'] =
  process.argv.slice(2)
const urls = targets.split(',')
for (const { hostname } of urls.map(url => new URL(url)))
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') throw new Error('load goes to this machine only')
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })
const result: LoadResult = { answered: 0, failed: 0, latenciesMs: [] }
const startedAt = performance.now()
const endAt = startedAt + Number(lastsMs)
let sent = 0

function post(): Promise<boolean> {
  const body = envelope(size as EventSize, Math.floor(Math.random() * 50), isOneOff === 'true')
  const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) }
  return new Promise(done => {
    const out = request(urls[sent % urls.length] ?? '', { agent, method: 'POST', headers }, answer => {
      answer.resume().on('end', () => done(answer.statusCode === 200))
    })
    out.on('error', () => done(false))
    out.end(body)
  })
}

async function worker(): Promise<void> {
  while (performance.now() < endAt) {
    const turn = sent++
    if (perSecond !== '0') await sleep(Math.max(0, startedAt + (turn / Number(perSecond)) * 1000 - performance.now()))
    if (performance.now() >= endAt) return
    const askedAt = performance.now()
    if (await post()) result.answered++
    else result.failed++
    result.latenciesMs.push(performance.now() - askedAt)
  }
}

await Promise.all(Array.from({ length: Number(connections) }, worker))
process.send?.(result, undefined, {}, () => process.exit(0))
