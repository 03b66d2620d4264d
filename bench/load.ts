import { Agent, request } from 'node:http'

export interface LoadResult {
  answered: number
  failed: number
  latenciesMs: number[]
}

export interface Load {
  /** Ends it and answers what it saw. */
  stop(): Promise<LoadResult>
}

/**
 * Steady requests from `connections` kept-alive connections to an address of this machine, until stopped
 * or `limitMs` passed. A failed request is one without an answer, or answered with 500 and above.
 */
export function startLoad(options: {
  url: string
  connections: number
  limitMs: number
  body?: Buffer
  headers?: Record<string, string>
  pauseMs?: number
}): Load {
  const { hostname } = new URL(options.url)
  if (hostname !== '127.0.0.1' && hostname !== 'localhost' && hostname !== '[::1]')
    throw new Error(`load goes to this machine only, not ${hostname}`)
  const result: LoadResult = { answered: 0, failed: 0, latenciesMs: [] }
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections })
  const endAt = performance.now() + options.limitMs
  let isOn = true
  const one = async () => {
    while (isOn && performance.now() < endAt) {
      const startedAt = performance.now()
      const isOk = await asked(options, agent)
      result.latenciesMs.push(performance.now() - startedAt)
      if (isOk) result.answered++
      else result.failed++
      if (options.pauseMs) await new Promise(done => setTimeout(done, options.pauseMs))
    }
  }
  const all = Promise.all(Array.from({ length: options.connections }, one))
  return {
    async stop() {
      isOn = false
      await all
      agent.destroy()
      return result
    },
  }
}

function asked({ url, body, headers }: Parameters<typeof startLoad>[0], agent: Agent): Promise<boolean> {
  return new Promise(done => {
    const out = request(
      url,
      { agent, method: body ? 'POST' : 'GET', headers: { ...headers, ...(body && { 'content-length': body.length }) } },
      answer => {
        answer.resume()
        answer.on('end', () => done((answer.statusCode ?? 500) < 500))
        answer.on('error', () => done(false))
      },
    )
    out.on('error', () => done(false))
    out.end(body)
  })
}
