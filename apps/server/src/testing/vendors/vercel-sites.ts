import type { IncomingMessage, ServerResponse } from 'node:http'
import { request } from 'node:https'
import { extname } from 'node:path'
import type { VercelFake } from '@gantry/vendor-fakes'
import * as z from 'zod'
import type { Site } from './addresses.ts'

const Route = z.looseObject({
  src: z.string().optional(),
  dest: z.string().optional(),
  handle: z.string().optional(),
  continue: z.boolean().optional(),
})
const Config = z.looseObject({ routes: z.array(Route).default([]) })
const Created = z.looseObject({ files: z.array(z.looseObject({ file: z.string(), sha: z.string() })) })

/** What a deployment answers: the very files that were sent, by the routes that came with them. */
export class VercelSites {
  readonly #fake: VercelFake
  readonly #drain: (record: object) => void
  #requests = 0

  /** @param drain is told of each request as a log drain is */
  constructor(fake: VercelFake, drain: (record: object) => void) {
    this.#fake = fake
    this.#drain = drain
  }

  /** At the domains of a project. */
  site =
    (project: string): Site =>
    async (asked, response) => {
      const found = [...this.#fake.state.projects.values()].find(({ name }) => name === project)
      return this.#answer(found?.production ?? null, asked, response)
    }

  /** At the address of its own that each deployment has. */
  deployment = async (host: string, asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = [...this.#fake.state.deployments.values()].find(({ url }) => url === host)
    await this.#answer(found?.id ?? null, asked, response)
  }

  async #answer(id: string | null, asked: IncomingMessage, response: ServerResponse): Promise<'answered'> {
    const files = id === null ? null : this.#filesOf(id)
    if (id !== null) response.on('finish', () => this.#drain(this.#record(id, asked, response.statusCode)))
    const path = new URL(asked.url ?? '/', 'http://site').pathname
    if (files === null) return said(response, 404, 'DEPLOYMENT_NOT_FOUND')
    const { routes } = Config.parse(JSON.parse(files.get('.vercel/output/config.json')?.toString() ?? '{}'))
    const fileAt = (at: string) =>
      files.get(`.vercel/output/static${at}`) ?? files.get(`.vercel/output/static${at.replace(/\/$/, '')}/index.html`)
    for (const { src, dest, handle, continue: goesOn } of routes) {
      if (goesOn) continue
      const here = handle === 'filesystem' ? fileAt(path) : undefined
      if (here) return sent(response, path, here)
      if (src === undefined || dest === undefined || !new RegExp(src).test(path)) continue
      const to = path.replace(new RegExp(src), dest)
      if (to.startsWith('https:')) return passOver(to, asked, response)
      const there = fileAt(to)
      if (there) return sent(response, to, there)
    }
    return said(response, 404, 'NOT_FOUND')
  }

  /** Source: https://vercel.com/docs/drains/reference/logs */
  #record(deploymentId: string, { method, url, headers }: IncomingMessage, statusCode: number): object {
    this.#requests += 1
    const projectId = this.#fake.state.deployments.get(deploymentId)?.projectId ?? ''
    const [timestamp, host, id] = [Date.now(), headers.host ?? '', `${this.#requests}`]
    const agent = headers['user-agent']
    return {
      ...{ id, requestId: id, deploymentId, projectId, projectName: projectId, environment: 'production', timestamp },
      ...{ source: 'static', host, path: url, statusCode, level: 'info', message: '' },
      proxy: { timestamp, method, host, path: url, statusCode, userAgent: agent === undefined ? [] : [agent] },
    }
  }

  /** By the requests that made it: the n-th that was taken made the n-th deployment. */
  #filesOf(id: string): Map<string, Buffer> | null {
    const asked = this.#fake.requests.filter(({ status }) => status === 200)
    const created = asked.filter(({ operation }) => operation === 'POST /v13/deployments')
    const { data } = Created.safeParse(created[Number(id.replace('dpl_fake', '')) - 1]?.body)
    if (!data) return null
    const uploads = asked.filter(({ operation }) => operation === 'POST /v2/files')
    const bytes = new Map(uploads.map(({ headers, body }) => [headers['x-vercel-digest'], body as Buffer]))
    return new Map(data.files.flatMap(({ file, sha }) => (bytes.has(sha) ? [[file, bytes.get(sha) as Buffer]] : [])))
  }
}

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

function sent(response: ServerResponse, path: string, body: Buffer): 'answered' {
  response.writeHead(200, { 'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream' }).end(body)
  return 'answered'
}

function said(response: ServerResponse, status: number, text: string): 'answered' {
  response.writeHead(status).end(text)
  return 'answered'
}

function passOver(url: string, asked: IncomingMessage, response: ServerResponse): 'answered' {
  const { host: _, ...headers } = asked.headers
  const onward = request(url, { method: asked.method, headers, rejectUnauthorized: false }, answered => {
    response.writeHead(answered.statusCode ?? 502, answered.headers)
    answered.pipe(response)
  })
  onward.on('error', cause => said(response, 502, String(cause)))
  asked.pipe(onward)
  return 'answered'
}
