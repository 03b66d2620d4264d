import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { wrapperText } from './wrapper.ts'

const run = promisify(execFile)

/** What a script is asked with. */
export interface Ask {
  /** The ticket, unique at this desk. */
  name: string
  /** Where the wrapper leaves what it copies and finds what it shows. */
  folder: string
  /** What pnpm would have given to `sh -c`. */
  script: string
  env: Record<string, string>
  /** Standard output and standard error are one and the same. */
  isBoth: boolean
}

/**
 * `hit`: show what was kept. `view`: run it by the program in its folder, and say how it ended. `show`: what came of that
 * stands. `miss`: run it, and say how it ended. `plain`: run it, and nobody wants to know how it ends.
 */
export type Answer = 'hit' | 'view' | 'show' | 'miss' | 'plain'

/** Who answers. Neither may throw: a script waits. */
export interface Clerk {
  asked(ask: Ask): Promise<Answer>
  /** A script that was told `view` has ended. */
  viewed(ask: Ask, exitCode: number): Promise<Answer>
  /** A script that was told `miss` has ended; the wrapper goes on when this is done. `isWhole`: all of its output came. */
  done(ask: Ask, exitCode: number, isWhole: boolean): Promise<void>
}

/** As many scripts at a time are asked for; one that finds no ticket just runs. */
const tickets = 36
/** Making pipes takes a process, and some are there before they are asked for. */
const ticketsAtOnce = 12
/** After a script ended, how long a process it left behind may keep its output open before nobody waits for it. */
const silenceMs = 1_000

/** No two tickets of this machine are the same: scripts inside of scripts, and processes of two runners, are told apart by them. */
const desks = randomUUID().slice(0, 8)
let made = 0

interface Ticket {
  folder: string
  answer: number
  ask?: Ask
  /** Copies that have not come to their end. */
  open: number
  ended?: () => void
}

/** Where wrappers ask, for one step. */
export class Desk {
  readonly #dir: string
  readonly #clerk: Clerk
  readonly #tickets = new Map<string, Ticket>()
  #pipe: { reader: Socket; writer: number } | undefined
  #making: Promise<void> | undefined
  #isClosed = false

  constructor(dir: string, clerk: Clerk) {
    this.#dir = dir
    this.#clerk = clerk
  }

  /** Answers with the program to be used as a script shell. */
  async open(): Promise<string> {
    mkdirSync(this.#dir, { recursive: true })
    const ask = join(this.#dir, 'ask')
    const shell = join(this.#dir, 'sh')
    writeFileSync(shell, wrapperText(this.#dir), { mode: 0o755 })
    await this.#provide([ask])
    const fd = openSync(ask, constants.O_RDONLY | constants.O_NONBLOCK)
    const reader = new Socket({ fd, readable: true, writable: false })
    // Held, so that the pipe has no end between two that ask.
    this.#pipe = { reader, writer: openSync(ask, constants.O_WRONLY) }
    createInterface({ input: reader }).on('line', line => this.#hear(line))
    reader.on('error', () => reader.destroy())
    return shell
  }

  /** Its folder goes with that of the job. */
  close(): void {
    this.#isClosed = true
    rmSync(join(this.#dir, 'ask'), { force: true })
    for (const { answer } of this.#tickets.values()) closeSync(answer)
    this.#tickets.clear()
    if (this.#pipe === undefined) return
    closeSync(this.#pipe.writer)
    this.#pipe.reader.destroy()
  }

  /** Tickets before they are asked for: `mkfifo` is a process, and a script should begin at once. */
  async #provide(others: readonly string[] = []): Promise<void> {
    const free = [...this.#tickets.values()].filter(({ ask }) => ask === undefined).length
    if (this.#isClosed || free > ticketsAtOnce / 2 || this.#tickets.size >= tickets) return
    const names = Array.from({ length: ticketsAtOnce }, () => `ticket-${desks}-${++made}`)
    const folders = names.map(name => join(this.#dir, `new-${name}`))
    for (const folder of folders) mkdirSync(folder)
    const pipes = folders.flatMap(folder => ['answer', 'out', 'err'].map(name => join(folder, name)))
    await run('mkfifo', ['-m', '600', ...others, ...pipes])
    for (const name of names) this.#offer(name)
  }

  #offer(name: string): void {
    if (this.#isClosed) return
    const folder = join(this.#dir, name)
    const answer = openSync(join(this.#dir, `new-${name}`, 'answer'), constants.O_RDWR | constants.O_NONBLOCK)
    this.#tickets.set(name, { folder, answer, open: 0 })
    // Whoever sees the folder finds it whole.
    renameSync(join(this.#dir, `new-${name}`), folder)
  }

  #hear(line: string): void {
    const [word, name = '', rest = '', more = ''] = line.split(' ')
    const ticket = this.#tickets.get(name)
    if (ticket === undefined) return
    if (word === 'ask') void this.#hearAsk(name, ticket, rest, more === 'both')
    if (word === 'shown') this.#take(name, ticket)
    if (word === 'viewed' && ticket.ask) void this.#hearViewed(name, ticket, ticket.ask, Number(rest))
    if (word === 'done' && ticket.ask) void this.#finish(name, ticket, ticket.ask, Number(rest))
    if (word === 'end') {
      ticket.open -= 1
      if (ticket.open === 0) ticket.ended?.()
    }
  }

  async #hearAsk(name: string, ticket: Ticket, pid: string, isBoth: boolean): Promise<void> {
    // Without tickets scripts run unasked, so that nothing is lost when there can be no more of them.
    this.#making ??= this.#provide()
      .catch(() => undefined)
      .finally(() => {
        this.#making = undefined
      })
    const answer = await this.#answer(name, ticket, pid, isBoth)
    this.#say(ticket, answer)
    if (answer === 'plain') this.#take(name, ticket)
  }

  async #hearViewed(name: string, ticket: Ticket, ask: Ask, exitCode: number): Promise<void> {
    const answer = await this.#clerk.viewed(ask, exitCode)
    this.#say(ticket, answer)
    if (answer === 'plain') this.#take(name, ticket)
  }

  async #answer(name: string, ticket: Ticket, pid: string, isBoth: boolean): Promise<Answer> {
    const { folder } = ticket
    try {
      const script = readFileSync(join(folder, 'script'), 'utf8')
      ticket.ask = { name, folder, script, env: environmentOf(pid, join(folder, 'env')), isBoth }
    } catch {
      // A job that was killed has taken its folder along.
      return 'plain'
    }
    ticket.open = isBoth ? 1 : 2
    return this.#clerk.asked(ticket.ask)
  }

  async #finish(name: string, ticket: Ticket, ask: Ask, exitCode: number): Promise<void> {
    const isWhole = await this.#copied(ticket)
    await this.#clerk.done(ask, exitCode, isWhole)
    this.#say(ticket, 'seen')
    this.#take(name, ticket)
  }

  async #copied(ticket: Ticket): Promise<boolean> {
    if (ticket.open === 0) return true
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, silenceMs)
      ticket.ended = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    return ticket.open <= 0
  }

  #say(ticket: Ticket, word: string): void {
    if (!this.#isClosed) writeSync(ticket.answer, `${word}\n`)
  }

  /** What was said stays in the pipe until it is read. The folder stays too: copies may still go on. */
  #take(name: string, ticket: Ticket): void {
    if (this.#tickets.delete(name)) closeSync(ticket.answer)
  }
}

/** Linux tells it of any process, which spares one that writes it into a file. */
function environmentOf(pid: string, file: string): Record<string, string> {
  const isInFile = existsSync(file)
  const pairs = readFileSync(isInFile ? file : `/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .filter(Boolean)
  const env = Object.fromEntries(
    pairs.map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
  return isInFile ? env : { ...env, PWD: readlinkSync(`/proc/${pid}/cwd`) }
}
