import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.ts'

export type Health =
  | { isHealthy: true; afterMs: number }
  /** `afterMs`: it was waited for so long; left out when it could not turn healthy any more. */
  | { isHealthy: false; why: string; afterMs?: number; lastLines: string[] }

/**
 * Asks until the service answers 2xx (any answer below 500 where the config names no path), each 100 to 500 ms.
 * A process that ends is a failure at once, with the last lines it wrote.
 */
export async function awaitHealth(
  child: Child,
  target: { host: string; port: number; path: string | null },
  timeoutMs: number,
): Promise<Health> {
  const started = performance.now()
  const elapsed = () => Math.round(performance.now() - started)
  let ended: string | null = null
  void child.exited.then(how => {
    ended = how
  })
  let last = 'nothing answered'
  for (let pause = 100; elapsed() < timeoutMs; pause = Math.min(500, pause * 1.5)) {
    last = await ask(target)
    if (ended === null && last === '') return { isHealthy: true, afterMs: elapsed() }
    if (ended === null) await Promise.race([sleep(pause), child.exited])
    if (ended !== null) return { isHealthy: false, why: `the process ${ended}`, lastLines: child.lastLines() }
  }
  return { isHealthy: false, why: last, afterMs: timeoutMs, lastLines: child.lastLines() }
}

/** Empty when fine, else what was wrong. */
export function ask(target: { host: string; port: number; path: string | null }, timeoutMs = 2_000): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const { host, port, path } = target
  const request = get({ host, port, path: path ?? '/', agent: false, timeout: timeoutMs }, response => {
    response.resume()
    const status = response.statusCode ?? 0
    const isFine = path === null ? status < 500 : status >= 200 && status < 300
    resolve(isFine ? '' : `${path ?? '/'} answered ${status}`)
  })
  request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)))
  request.on('error', error =>
    resolve('code' in error && error.code === 'ECONNREFUSED' ? 'nothing listens' : `${path ?? '/'}: ${error.message}`),
  )
  return promise
}
