import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Puts the commits of a pack into a repository. Twice is as good as once. */
export async function readPack(repository: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const { child, ended } = started(repository, ['index-pack', '--stdin', '--fix-thin'])
  await Promise.all([pipeline(bytes, child.stdin), ended])
}

/** A pack of all objects that lead from `from` to `to`; of everything there is without them. */
export async function* packOf(
  repository: string,
  revs: { to: string[]; from: string[] } | null,
): AsyncGenerator<Uint8Array> {
  // Begun when it is read, and not before: node throws away what a process wrote that nobody read until its end.
  const { child, ended } = started(repository, ['pack-objects', '--stdout', '--quiet', ...(revs ? ['--revs'] : [])])
  const input = revs ? Readable.from([[...revs.to, '--not', ...revs.from, ''].join('\n')]) : everyObject(repository)
  const fed = pipeline(input, child.stdin)
  // Whoever reads to the end hears of it; nobody does where that was given up.
  fed.catch(() => undefined)
  yield* child.stdout
  await Promise.all([fed, ended])
}

async function* everyObject(repository: string): AsyncGenerator<Uint8Array> {
  const { child, ended } = started(repository, ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'])
  child.stdin.end()
  yield* child.stdout
  await ended
}

/** Moves branches, all or none. Null: it goes. */
export async function moveRefs(repository: string, refs: Record<string, string | null>): Promise<void> {
  const lines = Object.entries(refs).map(([ref, sha]) => (sha === null ? `delete ${ref}\n` : `update ${ref} ${sha}\n`))
  if (lines.length === 0) return
  const { child, ended } = started(repository, ['update-ref', '--stdin'])
  await Promise.all([pipeline(Readable.from(lines), child.stdin), ended])
}

function started(repository: string, args: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  const child: ChildProcessWithoutNullStreams = spawn('git', args, { cwd: repository, env })
  if (args[0] === 'index-pack' || args[0] === 'update-ref') child.stdout.resume()
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2_000)
  })
  const ended = new Promise<void>((done, fail) => {
    child.once('error', fail)
    child.once('close', code => (code === 0 ? done() : fail(new Error(`git ${args[0]} ended with ${code}: ${words}`))))
  })
  // Whoever waits for it hears of it; nobody may yet.
  ended.catch(() => undefined)
  return { child, ended }
}
