import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { openUnderAnyName } from '../../access/route-access.ts'
import type { IngestKeys } from '../../ingest/ingest-keys.ts'
import type { Api } from '../route.ts'

export interface PageSdkParts {
  /** Where the build left both scripts, beside the pages of the dashboard. */
  dist: string
  ingestKeys: Pick<IngestKeys, 'find'>
  url(): string
}

/** What a script does that a page of elsewhere asks for. */
const headers = {
  'content-type': 'text/javascript; charset=utf-8',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
}
const tags = ['ingest']
const placeholder = '__GANTRY_LOADER__'
const access = openUnderAnyName('pages load it for their visitors; it holds what the page says anyway')

/**
 * The script that a page without a bundler names, where Sentry's is: it notes errors, and loads the SDK from here when there are any.
 * Source: https://docs.sentry.io/platforms/javascript/install/loader/
 */
export function pageSdkRoutes(app: Api, parts: PageSdkParts): void {
  const scripts = whenBuilt(parts.dist)
  const summary = 'A script that reports the errors of a page'
  const file = z.object({ file: z.string() })
  app.get('/js-sdk-loader/:file', { access, schema: { tags, summary, params: file } }, async (request, reply) => {
    const [, key] = /^([0-9a-f]{32})(?:\.min)?\.js$/.exec(request.params.file) ?? []
    return key === undefined ? reply.callNotFound() : sendLoader(request, reply, key, parts, await scripts())
  })
  // Where Sentry's own host has it: there a page changes the host alone.
  const key = z.object({ key: z.string() })
  app.get('/:key(^[0-9a-f]{32}).min.js', { access, schema: { hide: true, params: key } }, async (request, reply) =>
    sendLoader(request, reply, request.params.key, parts, await scripts()),
  )
  app.get(
    '/js-sdk-loader/sdk/:file',
    { access, schema: { tags, summary: 'The SDK that this script loads', params: file } },
    async ({ params, headers: asked }, reply) => {
      const { sdk } = await scripts()
      if (sdk === null || params.file !== sdk.name) return reply.callNotFound()
      const packing = packings.find(({ name }) => sdk.packed.has(name) && asked['accept-encoding']?.includes(name))
      reply.headers({ ...headers, vary: 'accept-encoding', 'cache-control': 'public, max-age=31536000, immutable' })
      if (packing) reply.header('content-encoding', packing.name)
      return reply.send(packing ? sdk.packed.get(packing.name) : sdk.text)
    },
  )
}

/** A key that is revoked, unknown or of a server gets a script that does nothing: what the page calls is there all the same. */
async function sendLoader(
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
  { ingestKeys, url }: PageSdkParts,
  { loader, sdk }: Scripts,
) {
  if (loader === null || sdk === null) return reply.callNotFound()
  const found = await ingestKeys.find(key)
  const settings =
    found?.kind === 'client'
      ? { key, project: found.projectNumber, url: url(), sdk: `/js-sdk-loader/sdk/${sdk.name}` }
      : null
  // `<` cannot end a script that somebody puts into a page.
  const said = JSON.stringify(settings).replaceAll('<', '\\u003c')
  // In a function: what a classic script declares, the page sees.
  const text = `(()=>{"use strict";${loader.replace(placeholder, () => said)}})()`
  const etag = `"${hash('sha256', text, 'hex').slice(0, 24)}"`
  reply.headers({ ...headers, etag, 'cache-control': 'public, max-age=300, stale-while-revalidate=3600' })
  if (request.headers['if-none-match']?.includes(etag)) return reply.status(304).send()
  return reply.send(text)
}

interface Scripts {
  loader: string | null
  sdk: { name: string; text: Buffer; packed: Map<string, Buffer> } | null
}

const packings = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
]

/** Read once, for they are asked for by every visitor of every page; again while the pages are not built. */
function whenBuilt(dist: string): () => Promise<Scripts> {
  let known: Scripts | null = null
  return async () => {
    if (known) return known
    const found = await readScripts(dist)
    if (found.loader !== null && found.sdk !== null) known = found
    return found
  }
}

async function readScripts(dist: string): Promise<Scripts> {
  const assets = join(dist, 'assets')
  const names: string[] = await readdir(assets).catch(() => [])
  const named = (pattern: RegExp) => names.find(name => pattern.test(name))
  const [loader, sdk] = [named(/^page-loader-[\w-]+\.js$/), named(/^sentry-browser-[\w-]+\.js$/)]
  const packed = new Map<string, Buffer>()
  for (const { name, ending } of packings)
    if (sdk !== undefined && names.includes(sdk + ending)) packed.set(name, await readFile(join(assets, sdk + ending)))
  return {
    loader: loader === undefined ? null : await readFile(join(assets, loader), 'utf8'),
    sdk: sdk === undefined ? null : { name: sdk, text: await readFile(join(assets, sdk)), packed },
  }
}
