import { readFile } from 'node:fs/promises'
import { GantryError, type HeldJob, type RunnerHello, RunnerNews, type RunnerReport, RunnerWelcome } from '@gantry/core'
import * as z from 'zod'

/**
 * Where a server is reached: an address, or the files of one on this machine, which may move when it starts again: `file` holds
 * its address, and `holder`, as JSON, the number of its process.
 */
export type ServerPlace = { url: string } | { file: string; holder: string }

/** A call of a job, asked again while no server answers: so its body is made anew each time. @throws GantryError */
export type ServerCall = (path: string, init?: () => CallInit) => Promise<Response>

export type CallInit = RequestInit & { duplex?: 'half' }

/** The server does not answer, or not as one: it may be starting, and is asked again. */
export class Unreachable extends Error {}

const Fault = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
const Holder = z.object({ pid: z.int().positive() })
const usualTimeoutMs = 30_000

/** A server as its runner calls it. */
export class ServerClient {
  readonly #place: ServerPlace
  readonly #token: string

  constructor(place: ServerPlace, token: string) {
    this.#place = place
    this.#token = token
  }

  /** @throws Unreachable while a server that moves does not say where it is, or is gone: any program may listen there by then */
  async url(): Promise<string> {
    if ('url' in this.#place) return this.#place.url.replace(/\/+$/, '')
    const { file, holder } = this.#place
    const url = await readFile(file, 'utf8').catch(() => '')
    if (url.trim() === '') throw new Unreachable(`no server says where it is in ${file}`)
    const held = Holder.safeParse(parsed(await readFile(holder, 'utf8').catch(() => ''))).data
    if (held === undefined || !isAlive(held.pid)) throw new Unreachable(`the server that ${file} names has ended`)
    return url.trim()
  }

  hello(body: RunnerHello): Promise<RunnerWelcome> {
    return this.#post('/hello', body, RunnerWelcome)
  }

  wait(body: { held: HeldJob[]; hasRoom: boolean }, signal: AbortSignal): Promise<RunnerNews> {
    return this.#post('/wait', body, RunnerNews, signal)
  }

  renew(held: HeldJob[]): Promise<RunnerNews> {
    return this.#post('/renew', { held }, RunnerNews)
  }

  /** It ends: what it was given and does not have goes to another. */
  async goodbye(): Promise<void> {
    await this.#post('/goodbye', {}, z.object({}))
  }

  async report(id: string, body: RunnerReport): Promise<void> {
    await this.#post(`/jobs/${id}/report`, body, z.object({}))
  }

  /** Any other call: its answer is read by whoever asked. @throws Unreachable, GantryError */
  async call(path: string, init: CallInit = {}): Promise<Response> {
    const headers = { ...Object.fromEntries(new Headers(init.headers)), authorization: this.authorization }
    const url = `${await this.url()}/api/v1/runners${path}`
    const answer = await fetch(url, { ...init, headers }).catch(cause => {
      throw new Unreachable(`${url}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    })
    if (answer.ok) return answer
    throw faultOf(answer.status, await answer.text().catch(() => ''))
  }

  get authorization(): string {
    return `Bearer ${this.#token}`
  }

  async #post<T>(path: string, body: object, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const timeout = AbortSignal.timeout(usualTimeoutMs)
    const answer = await this.call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const read = schema.safeParse(await answer.json().catch(cause => cause))
    if (read.success) return read.data
    throw new Unreachable(`${path}: expected the answer of a Gantry server, got another`, { cause: read.error })
  }
}

/** What a server says of the call is final; that it fails, is busy or is not Gantry (yet) is not. */
function faultOf(status: number, text: string): Error {
  const fault = Fault.safeParse(parsed(text)).data?.error
  if (fault?.code === 'LEASE_LOST') return new GantryError('LEASE_LOST', fault.message)
  if (fault?.code === 'RUNNER_UNKNOWN') return new GantryError('RUNNER_UNKNOWN', fault.message)
  if (fault && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return new GantryError('BAD_REQUEST', `the server refused: ${fault.message}`)
  return new Unreachable(`the server answered ${status}${fault ? ` ${fault.code}: ${fault.message}` : ''}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
