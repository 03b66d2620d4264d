import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Command, GantryError } from '@gantry/core'

/** What the program of a config may take: half a second, and twenty times as long where all processors are busy. */
const usualTimeoutMs = 30_000
const heapMegabytes = 256
/** Of data in all, beside the program itself; in KiB, as `ulimit` counts. */
const dataKibibytes = 1_048_576
const answerBytes = 4 * 1024 * 1024
/** Of what it complains, the end. */
const complaintBytes = 64 * 1024

export interface RunConfig {
  file: string
  /** Whether it sees its own folder only and starts no programs: it comes from a commit that anybody may have pushed. */
  isForeign: boolean
  /** The call as a sandbox carries it out. */
  inside?(call: Command): Command
  /** Left out: thirty seconds. */
  timeoutMs?: number
}

/** What the program of a config said: its answer, empty when it made none, and why that may be. */
export interface ConfigRun {
  answer: string
  complaint: string
  how: string
}

/**
 * Imports a config in a process of its own, with nothing of our environment. It and all it started are over when this
 * answers: nothing it leaves behind, and no pipe that something else holds open, is waited for.
 */
export async function runConfig({
  file,
  isForeign,
  inside = call => call,
  timeoutMs = usualTimeoutMs,
}: RunConfig): Promise<ConfigRun> {
  const { command, args, env } = inside({
    command: '/bin/sh',
    args: [
      ...['-c', `ulimit -d ${dataKibibytes}; exec "$@"`, 'sh', process.execPath],
      ...['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMegabytes}`],
      ...(isForeign ? ['--permission', ...readable(dirname(file)).map(path => `--allow-fs-read=${path}/`)] : []),
      ...[childScript, pathToFileURL(file).href, wordsUrl],
      // A foreign one may write nowhere, and read no more than its own.
      isForeign ? '' : compiledFolder(),
    ],
    cwd: dirname(file),
    env: {},
  })
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env, cwd: '/', detached: true })
  const [, , stderr, answers] = child.stdio
  if (!stderr || !answers || !('read' in answers))
    throw new GantryError('INTERNAL', 'the pipes of the config were not opened')
  const answer = keep(answers, answerBytes, 'start')
  const complaint = keep(stderr, complaintBytes, 'end')
  const how = await endOf(child, answer, timeoutMs)
  // What it wrote before it ended is in the pipes already.
  await new Promise(resolve => setImmediate(resolve))
  for (const stream of [stderr, answers]) stream.destroy()
  return { answer: answer.isCut ? '' : answer.text(), complaint: complaint.text(), how }
}

/** The first or the last bytes of a stream; the others are read and thrown away. */
function keep(stream: Readable, bytes: number, which: 'start' | 'end') {
  let kept = Buffer.alloc(0)
  const read = { text: () => kept.toString('utf8'), isCut: false, onCut: () => {} }
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    if (kept.length + chunk.length > bytes && !read.isCut) {
      read.isCut = true
      read.onCut()
    }
    if (which === 'end') kept = Buffer.concat([kept, chunk]).subarray(-bytes)
    else if (kept.length < bytes) kept = Buffer.concat([kept, chunk.subarray(0, bytes - kept.length)])
  })
  return read
}

/** How it ended, and then nothing of its process group is left. */
function endOf(child: ReturnType<typeof spawn>, answer: ReturnType<typeof keep>, timeoutMs: number): Promise<string> {
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nothing is left of it.
    }
  }
  let because: string | undefined
  const stop = (reason: string) => {
    because ??= reason
    kill()
  }
  const timer = setTimeout(() => stop(`took longer than ${timeoutMs / 1_000} s`), timeoutMs)
  answer.onCut = () => stop(`exported more than ${answerBytes >> 20} MB`)
  return new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) =>
      resolve(
        because ?? (signal === null ? `exited with code ${code}` : `was ended by ${signal}, as when memory runs out`),
      ),
    )
  }).finally(() => {
    clearTimeout(timer)
    kill()
  })
}

const childScript = fileURLToPath(import.meta.resolve('./config-child.ts'))
const wordsUrl = import.meta.resolve('../words.ts')

/**
 * Where this process, or one that starts others for it, keeps what Node compiled: with types stripped and code compiled, the words
 * of a config are read in half the time.
 */
function compiledFolder(): string {
  const own = module.getCompileCacheDir?.()
  // Below it lies a folder for each version of Node.
  return own === undefined ? (process.env['NODE_COMPILE_CACHE'] ?? '') : dirname(own)
}

/** The folder of the config, and what its words are made of: published, they lie beside the child. */
const readable = (folder: string): string[] => [
  folder,
  dirname(childScript),
  ...(wordsUrl.endsWith('.ts') ? [join(dirname(fileURLToPath(wordsUrl)), '../..'), folderOfZod()] : []),
]

const folderOfZod = (): string => dirname(createRequire(fileURLToPath(wordsUrl)).resolve('zod/package.json'))
