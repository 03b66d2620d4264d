import { createServer, type IncomingMessage } from 'node:http'

/** What one attempt of a job said while it ran. */
export interface Attempt {
  job: string
  /** Chosen by the attempt itself: nothing of Gantry's gives it. */
  id: string
  firstMs: number
  lastMs: number
  hasEnded: boolean
}

export interface Page {
  action: string
  key: string
}

/** Sees from outside what is done: hears from jobs, is paged, and is what the probed service depends on. */
export interface Witness {
  url: string
  attempts: Attempt[]
  pages: Page[]
  /** How often each environment was asked how it is, by nobody but monitors. */
  probes: Map<string, number>
  isWell(): boolean
  setWell(isWell: boolean): void
  stop(): Promise<void>
}

export async function startWitness(): Promise<Witness> {
  const attempts = new Map<string, Attempt>()
  const pages: Page[] = []
  const probes = new Map<string, number>()
  let isWell = true
  const server = createServer(async (request, response) => {
    const { pathname, searchParams: asked } = new URL(request.url ?? '/', 'http://witness')
    if (pathname === '/job') hear(attempts, asked)
    if (pathname === '/page') pages.push(pageIn(JSON.parse(await textOf(request))))
    if (pathname === '/well') {
      const environment = asked.get('environment') ?? ''
      probes.set(environment, (probes.get(environment) ?? 0) + 1)
      response.statusCode = isWell ? 200 : 503
    }
    response.end('{"status":"success"}')
  })
  const port = await new Promise<number>(done =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(address && typeof address === 'object' ? address.port : 0)
    }),
  )
  return {
    url: `http://127.0.0.1:${port}`,
    get attempts() {
      return [...attempts.values()]
    },
    ...{ pages, probes },
    isWell: () => isWell,
    setWell(well) {
      isWell = well
    },
    stop: () =>
      new Promise(done => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

function hear(attempts: Map<string, Attempt>, asked: URLSearchParams): void {
  const [id, job] = [asked.get('id') ?? '', asked.get('job') ?? '']
  const nowMs = performance.now()
  const known = attempts.get(id) ?? { job, id, firstMs: nowMs, lastMs: nowMs, hasEnded: false }
  attempts.set(id, { ...known, lastMs: nowMs, hasEnded: known.hasEnded || asked.get('what') === 'end' })
}

const pageIn = (body: { event_action?: string; dedup_key?: string }): Page => ({
  action: body.event_action ?? '',
  key: body.dedup_key ?? '',
})

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
