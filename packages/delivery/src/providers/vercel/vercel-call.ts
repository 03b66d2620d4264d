import { VercelCore } from '@vercel/sdk/core.js'
import { HTTPClient } from '@vercel/sdk/lib/http.js'
import { faultOf, unanswered } from '../vendor/vendor-api.ts'
import { VendorError } from '../vendor/vendor-error.ts'
import { type VercelWorld, vercelVendor } from './vercel-vendor.ts'

export interface VercelAnswer {
  status: number
  body: unknown
}

/** What is asked, by one of the client's functions. What it makes of the answer is looked at for one thing: whether it liked it. */
type Ask = (core: VercelCore) => Promise<{ ok: boolean; error?: unknown }>
/** A change to the request that the client wrote. */
type Edit = (request: Request) => Promise<Request>

export type VercelCall = (act: string, ask: Ask, edit?: Edit) => Promise<VercelAnswer>

/**
 * Asks Vercel by its own client, which writes requests as the published API wants them. Sending is ours, for it retries nothing by
 * itself; and so is reading: it refuses an answer with a word it does not know yet, of which Gantry needs five fields.
 * @throws VendorError
 */
export async function callVercel(
  world: VercelWorld,
  act: string,
  ask: Ask,
  edit: Edit = async request => request,
): Promise<VercelAnswer> {
  const vendor = vercelVendor(world)
  let answered: { answer: Response; text: string } | null = null
  let failure: unknown = null
  const fetcher = async (input: unknown): Promise<Response> => {
    try {
      const answer = await vendor.send(await edit(input as Request))
      const text = await answer.text()
      answered = { answer, text }
      return new Response(text === '' ? null : text, answer)
    } catch (cause) {
      failure = cause
      throw cause
    }
  }
  const core = new VercelCore({
    bearerToken: vendor.token,
    serverURL: vendor.base,
    httpClient: new HTTPClient({ fetcher }),
    retryConfig: { strategy: 'none' },
  })
  const { ok, error } = await ask(core)
  return outcome(world, act, { answered, failure, ok, error })
}

interface Heard {
  answered: { answer: Response; text: string } | null
  failure: unknown
  ok: boolean
  error: unknown
}

function outcome(world: VercelWorld, act: string, { answered, failure, ok, error }: Heard): VercelAnswer {
  const vendor = vercelVendor(world)
  if (failure !== null) throw unanswered(vendor, act, failure)
  if (answered === null) throw error
  const { answer, text } = answered
  if (!answer.ok) throw new RefusedByVercel(vendor, act, answer, text)
  // Said once in a step, however often it asks.
  if (!ok && !isTold(world, act))
    world.log(`Vercel's client does not know the answer to "${act}": ${String(error).split('\n')[0]}`)
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

const told = new WeakMap<VercelWorld, Set<string>>()

function isTold(world: VercelWorld, act: string): boolean {
  const acts = told.get(world) ?? new Set()
  told.set(world, acts)
  return acts.size === acts.add(act).size
}

/** A refusal with all it says: some say what to do in fields of their own. */
class RefusedByVercel extends VendorError {
  readonly body: unknown

  constructor(...[vendor, act, answer, text]: Parameters<typeof faultOf>) {
    super(faultOf(vendor, act, answer, text))
    this.body = text.startsWith('{') ? JSON.parse(text) : null
  }
}

/** The SHA-1 of files that Vercel has to be given first; null for any other failure. */
export function missingFilesIn(cause: unknown): string[] | null {
  if (!(cause instanceof RefusedByVercel) || cause.fault.code !== 'missing_files') return null
  const { missing } = Object(Object(cause.body)['error'])
  return Array.isArray(missing) ? missing.map(String) : []
}

/**
 * What `vercel deploy --prebuilt --skip-domain` sends beyond the published description, and so beyond the client: what is uploaded
 * is built already, which of it is a link, and production's domains do not move.
 */
export const asStaged =
  (files: readonly { file: string; sha: string; size: number; mode: number }[]): Edit =>
  async request => {
    const url = new URL(request.url)
    url.searchParams.set('prebuilt', '1')
    const body = JSON.stringify({ ...Object(await request.json()), files, autoAssignCustomDomains: false })
    const { method, headers, signal } = request
    return new Request(url, { method, headers, signal, body })
  }

/** Without it a project does not say which move of its domains is under way: the CLI asks for it, the description leaves it out. */
export async function withRollbackInfo(request: Request): Promise<Request> {
  const url = new URL(request.url)
  url.searchParams.set('rollbackInfo', 'true')
  return new Request(url, request)
}
