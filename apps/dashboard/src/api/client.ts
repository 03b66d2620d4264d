import type { ErrorBody } from '@gantry/core/api'
import { signedOut } from './session.ts'

/** A request that was refused, in the words of the server's catalogue. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string
  readonly requestId: string | null
  readonly facts: Record<string, unknown>

  constructor(status: number, error: Partial<ErrorBody['error']>) {
    super(error.message ?? `the server answered ${status}`)
    this.name = 'ApiError'
    this.status = status
    this.code = error.code ?? 'INTERNAL'
    this.hint = error.hint ?? 'Try again; if it stays, look at what `gantry up` prints.'
    this.requestId = error.requestId ?? null
    this.facts = error.facts ?? {}
  }
}

/** The server's types are trusted: it validates what it sends with the same schemas. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(await sent(path, signal ? { signal } : {}))
}

/** A text instead of JSON: a log as it was written. */
export async function getText(path: string): Promise<string> {
  return (await sent(path, {})).text()
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await sent(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return read<T>(response)
}

/** What answers in the server's place, a proxy's page for one, is no answer of it. */
async function read<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(response.status, {
      message: `expected JSON from ${response.url}, got something else`,
      hint: 'Look at what stands between this page and the server: a proxy, a sign-in page, another program on its port.',
    })
  }
}

async function sent(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`/api/v1${path}`, init).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, unreachable)
  })
  if (response.ok) return response
  if (response.status === 401) signedOut()
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null
  throw new ApiError(response.status, body?.error ?? {})
}

export const unreachable = {
  code: 'SERVER_UNREACHABLE',
  message: 'the server did not answer',
  hint: 'Start it with `gantry up`, then try again.',
}
