import { NoAnswer } from './patient-fetch.ts'
import { askedPauseMs } from './retry-hints.ts'
import { hintFor, VendorError, type VendorFault } from './vendor-error.ts'

/** How a vendor is asked, and how it says no. */
export interface VendorApi {
  /** As people call it: `Render`. */
  vendor: string
  /** The variable that holds the token. */
  tokenEnv: string
  token: string
  /** `https://api.render.com/v1` */
  base: string
  /** Headers that may hold what the vendor's support asks for, the best first. */
  requestIdHeaders: readonly string[]
  send(request: Request): Promise<Response>
  now(): Date
  /** The vendor's shape of an error. */
  readError(body: unknown): { code: string | null; message: string | null }
  /** Better words than those for any vendor; null where there are none. */
  hint?(status: number | null, code: string | null): string | null
}

export interface Asked {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  headers?: Record<string, string>
  /** In words, for an error: `start the deploy`. */
  act: string
}

export interface Answered {
  status: number
  body: unknown
  headers: Headers
}

/** Asks a vendor for one thing. @throws VendorError when the answer is not a yes */
export async function askVendor(api: VendorApi, asked: Asked): Promise<Answered> {
  const { answer, text } = await sendTo(api, asked)
  if (!answer.ok) throw new VendorError(faultOf(api, asked.act, answer, text))
  return { status: answer.status, body: parsed(text), headers: answer.headers }
}

/** Reads, and answers a no as well. @throws VendorError when the vendor does not say anything about what was asked */
export async function lookAt(api: VendorApi, path: string, query: Record<string, string> = {}): Promise<Answered> {
  const act = `answer ${path}`
  const { answer, text } = await sendTo(api, { method: 'GET', path, query, act })
  const isAbout = answer.ok || [400, 404, 410, 422].includes(answer.status)
  if (!isAbout) throw new VendorError(faultOf(api, act, answer, text))
  return { status: answer.status, body: parsed(text), headers: answer.headers }
}

async function sendTo(api: VendorApi, asked: Asked): Promise<{ answer: Response; text: string }> {
  const url = new URL(`${api.base}${asked.path}`)
  for (const [name, value] of Object.entries(asked.query ?? {}))
    if (value !== undefined) url.searchParams.append(name, String(value))
  const headers = new Headers({ accept: 'application/json', authorization: `Bearer ${api.token}`, ...asked.headers })
  if (asked.body !== undefined) headers.set('content-type', 'application/json')
  const body = asked.body === undefined ? null : JSON.stringify(asked.body)
  const answer = await api.send(new Request(url, { method: asked.method, headers, body })).catch(cause => {
    throw unanswered(api, asked.act, cause)
  })
  return { answer, text: await answer.text() }
}

/** The token by its variable. @throws VendorError when it is not set: a vendor would call it wrong, which helps nobody */
export function tokenIn(env: Readonly<Record<string, string | undefined>>, tokenEnv: string, vendor: string): string {
  const token = env[tokenEnv]
  if (token) return token
  throw new VendorError({
    ...{ vendor, act: 'let anybody in', status: null, code: null, requestId: null, done: 'no', againAfterMs: null },
    message: `${tokenEnv} is not set`,
    hint: `give it to the job that deploys: a secret of the environment, as env: ${tokenEnv}: \${{ secrets.${tokenEnv} }}`,
  })
}

/** An error for a request whose answer never came; what is no fault of the way is thrown as it is. */
export function unanswered(api: VendorApi, act: string, cause: unknown): unknown {
  if (!(cause instanceof NoAnswer)) return cause
  const fault: VendorFault = {
    vendor: api.vendor,
    act,
    status: null,
    code: null,
    message: cause.message,
    requestId: null,
    done: cause.mayBeDone ? 'unknown' : 'no',
    againAfterMs: null,
    hint: hintFor(null, api),
  }
  return new VendorError(fault, { cause })
}

/** What a refusal says. 408 and what went wrong inside the vendor leave open whether it was done. */
export function faultOf(api: VendorApi, act: string, answer: Response, text: string): VendorFault {
  const { status, headers } = answer
  const { code, message } = api.readError(parsed(text))
  return {
    vendor: api.vendor,
    act,
    status,
    code,
    message: message ?? (text.slice(0, 200) || answer.statusText || 'it does not say why'),
    requestId: api.requestIdHeaders.map(name => headers.get(name)).find(each => each !== null) ?? null,
    done: status === 408 || status >= 500 ? 'unknown' : 'no',
    againAfterMs: askedPauseMs(headers, api.now()),
    hint: api.hint?.(status, code) ?? hintFor(status, api),
  }
}

function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
