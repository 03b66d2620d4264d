import { realpathSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** One of the two places words go. */
export interface Stream {
  write(text: string): void
  isTty: boolean
  /** Width in characters; 80 when it is no terminal. */
  columns: number
}

/** Everything a command may know of the computer it runs on. Tests bring their own. */
export interface Host {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** The file that was started, so that `gantry` can start itself again. */
  main: string
  stdout: Stream
  stderr: Stream
  /** Whether a person can be asked: both input and the place questions go are terminals. */
  isInteractive: boolean
  now(): Date
  /** Asks on stderr, answers what was typed. */
  ask(question: string): Promise<string>
  /** All of the standard input, as bytes. */
  readInput(): Promise<Buffer>
  /** Asks on stderr for what is not to be seen: nothing that is typed shows. */
  askHidden(question: string): Promise<string>
  /** Called on each SIGINT, SIGTERM and SIGHUP instead of ending the process; answers how to stop listening. */
  onSignal(heard: (signal: NodeJS.Signals) => void): () => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The real one. The only place in this app that reads `process.env`. */
export function processHost(): Host {
  // `gantry logs | head` closes the pipe early: that is no failure.
  process.stdout.on('error', cause => {
    if ('code' in cause && cause.code === 'EPIPE') process.exit(0)
    throw cause
  })
  return {
    env: process.env,
    cwd: process.cwd(),
    main: realpathSync(process.argv[1] ?? import.meta.filename),
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    now: () => new Date(),
    ask: async question => {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return (await lines.question(question)).trim()
      } finally {
        lines.close()
      }
    },
    readInput: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
    askHidden,
    onSignal(heard) {
      for (const signal of signals) process.on(signal, heard)
      return () => {
        for (const signal of signals) process.off(signal, heard)
      }
    },
  }
}

/** The terminal's own echo is off; readline writes to nobody. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  const nobody = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nobody, terminal: true })
  try {
    const typed = Promise.withResolvers<string>()
    lines.once('SIGINT', () => process.exit(130))
    lines.question('').then(typed.resolve, typed.reject)
    lines.once('close', () => typed.resolve(''))
    return await typed.promise
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}

/** Ends the process once everything written has left it. */
export async function leave(exitCode: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(stream => new Promise(done => stream.write('', done))))
  process.exit(exitCode)
}

const streamOf = (stream: NodeJS.WriteStream): Stream => ({
  write: text => void stream.write(text),
  get isTty() {
    return stream.isTTY === true
  },
  get columns() {
    return stream.columns || 80
  },
})
