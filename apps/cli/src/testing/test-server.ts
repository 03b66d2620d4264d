import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterFile } from '../../../../tools/after-file.ts'

export interface Asked {
  method: string
  path: string
  query: Record<string, string>
  body: unknown
  bytes: Buffer
  authorization: string | undefined
}

/** Answers the body; a number is a status without one; `refusal` answers an error. */
export type Answer = (asked: Asked) => unknown

const refusals = new WeakSet<object>()

export interface TestServer {
  url: string
  /** What it was asked, in order. */
  asked: Asked[]
  /** Environment for a command that should speak to it. */
  env: Record<string, string>
  /** Adds or replaces answers. */
  answer(answers: Record<string, Answer>): void
}

/** A real HTTP server that answers by a table, `METHOD /path` or `METHOD /folder/*`; it does not know anything else. */
export async function testServer(answers: Record<string, Answer> = {}): Promise<TestServer> {
  const table = { ...answers }
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://test')
    const bytes = await buffer(request)
    const method = request.method ?? ''
    const one: Asked = {
      method,
      path: decodeURIComponent(pathname),
      query: Object.fromEntries(searchParams),
      body: request.headers['content-type'] === 'application/json' ? JSON.parse(bytes.toString()) : undefined,
      bytes,
      authorization: request.headers.authorization,
    }
    asked.push(one)
    const answer = table[`${method} ${one.path}`] ?? table[`${method} ${one.path.replace(/[^/]+$/, '*')}`]
    const body = answer ? answer(one) : refusal('NOT_FOUND', `nothing answers ${method} ${one.path}`)
    if (typeof body === 'number') return response.writeHead(body).end()
    const isRefusal = typeof body === 'object' && body !== null && refusals.has(body)
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    response.writeHead(isRefusal ? 409 : 200, { 'content-type': type })
    return response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  afterFile(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  return {
    url,
    asked,
    env: { GANTRY_URL: url, GANTRY_TOKEN: 'test-token', GANTRY_PROJECT: 'shop' },
    answer: more => void Object.assign(table, more),
  }
}

/** An error as the server words it. */
export function refusal(code: string, message: string, facts: Record<string, unknown> = {}): object {
  const body = { error: { code, message, hint: 'the server hints', facts, requestId: 'request-1' } }
  refusals.add(body)
  return body
}
