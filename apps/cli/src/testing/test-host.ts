import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterFile } from '../../../../tools/after-file.ts'
import type { Host } from '../host.ts'
import { runProgram } from '../program.ts'

/** A folder that is gone when the test file is done. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gantry-cli-'))
  afterFile(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface TestHost extends Host {
  out(): string
  err(): string
  asked: string[]
  /** As if the person pressed Ctrl-C, or the process was told to end. */
  signal(signal: NodeJS.Signals): void
}

export interface TestHostChanges {
  env?: Record<string, string>
  cwd?: string
  main?: string
  isTty?: boolean
  /** What the person types when asked, in turn. Without it nobody can be asked. */
  answers?: string[]
  now?: () => Date
  /** What comes by the standard input. */
  input?: string | Buffer
}

/** A computer that remembers what was said to it. */
export function testHost(changes: TestHostChanges = {}): TestHost {
  const { answers, isTty = false } = changes
  let out = ''
  let err = ''
  const asked: string[] = []
  const listeners = new Set<(signal: NodeJS.Signals) => void>()
  return {
    env: { PATH: process.env['PATH'] ?? '', HOME: tempFolder(), ...changes.env },
    cwd: changes.cwd ?? tempFolder(),
    main: changes.main ?? join(import.meta.dirname, '../main.ts'),
    stdout: { write: text => (out += text), isTty, columns: 100 },
    stderr: { write: text => (err += text), isTty, columns: 100 },
    isInteractive: answers !== undefined,
    now: changes.now ?? (() => new Date()),
    async ask(question) {
      asked.push(question)
      return answers?.shift() ?? ''
    },
    readInput: async () => Buffer.from(changes.input ?? ''),
    async askHidden(question) {
      asked.push(`hidden: ${question}`)
      return answers?.shift() ?? ''
    },
    onSignal(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    out: () => stripVTControlCharacters(out),
    err: () => stripVTControlCharacters(err),
    asked,
    signal: signal => {
      for (const heard of [...listeners]) heard(signal)
    },
  }
}

/** Runs one command line in this process. */
export async function typed(
  argv: string[],
  changes: TestHostChanges = {},
): Promise<{ code: number; out: string; err: string; asked: string[] }> {
  const host = testHost(changes)
  const code = await runProgram(argv, host)
  return { code, out: host.out(), err: host.err(), asked: host.asked }
}
