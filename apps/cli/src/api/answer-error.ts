import { catalogue, type ErrorCode, GantryError } from '@gantry/core'
import { ErrorBody } from '@gantry/core/api'

/** The error a refused request was answered with. A code this command does not know keeps its words. */
export function errorFrom(method: string, path: string, status: number, text: string, url: string): GantryError {
  const body = ErrorBody.safeParse(parsed(text))
  if (!body.success) return notGantry(method, path, status, url)
  const { code, message, hint, facts, requestId } = body.data.error
  if (isKnown(code)) return new GantryError(code, message, { ...facts, requestId })
  return new GantryError('INTERNAL', `${code}: ${message} (${hint})`, { ...facts, code, requestId })
}

export function unreachable(url: string, cause: unknown): GantryError {
  const inner = cause instanceof Error ? cause.cause : undefined
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : 'no answer'
  return new GantryError('SERVER_UNREACHABLE', `no Gantry answers at ${url} (${code})`, { url }, { cause })
}

/** Something answered, but not in Gantry's words: another program has the port, or a proxy stands between. */
export const notGantry = (method: string, path: string, status: number, url: string): GantryError =>
  new GantryError('SERVER_UNREACHABLE', `${url} answered ${method} ${path} with ${status}, and not as Gantry does`, {
    url,
    status,
  })

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code)

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
