import { execFile, spawn } from 'node:child_process'
import { access, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { GantryError, shortSha } from '@gantry/core'
import { type Config, parseConfig } from '@gantry/core/config'
import * as z from 'zod'

const fileName = 'gantry.config.ts'
const timeoutMs = 10_000
const Answer = z.union([z.object({ config: z.unknown() }).required(), z.object({ fault: z.string() })])

/**
 * Reads the config of a repository. The file is imported by a process of its own, which sees almost nothing of our
 * environment.
 * @throws GantryError CONFIG_MISSING, CONFIG_INVALID with file and line where the file cannot be run
 */
export async function loadConfig(dir: string): Promise<Config> {
  const file = join(dir, fileName)
  await access(file).catch(cause => {
    throw new GantryError('CONFIG_MISSING', `expected ${fileName} in ${dir}`, { dir }, { cause })
  })
  const answer = await imported(await realpath(file))
  if ('fault' in answer) throw new GantryError('CONFIG_INVALID', readable(answer.fault, file))
  return parseConfig(answer.config)
}

/**
 * The config as it was at a commit. Only that file is taken from it, so it may import nothing of its repository.
 * @throws GantryError CONFIG_MISSING, CONFIG_INVALID
 */
export async function loadConfigAt(gitDir: string, sha: string): Promise<Config> {
  const shown = await promisify(execFile)('git', ['-C', gitDir, 'show', `${sha}:${fileName}`], {
    maxBuffer: 4 * 1024 * 1024,
  }).catch(cause => {
    throw new GantryError('CONFIG_MISSING', `expected ${fileName} in commit ${shortSha(sha)}`, { sha }, { cause })
  })
  const dir = await mkdtemp(join(await realpath(tmpdir()), 'gantry-config-'))
  try {
    await writeFile(join(dir, fileName), shown.stdout)
    // Without it Node tells people on every start that the kind of module had to be guessed.
    await writeFile(join(dir, 'package.json'), '{"type":"module"}')
    return await loadConfig(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function imported(file: string): Promise<z.output<typeof Answer>> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', childScript, pathToFileURL(file).href, wordsUrl],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: {}, timeout: timeoutMs, killSignal: 'SIGKILL' },
  )
  const [, , stderr, answers] = child.stdio
  if (!stderr || !answers || !('read' in answers))
    throw new GantryError('INTERNAL', 'the pipes of the config were not opened')
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('close', (code, signal) =>
      resolve(signal ? `took longer than ${timeoutMs / 1_000} s` : `exited with code ${code}`),
    )
  })
  const [answer, complaint, how] = await Promise.all([text(answers), text(stderr), ended])
  if (answer === '') return { fault: complaint.trim() || `${fileName} ${how} before it exported anything` }
  return Answer.parse(JSON.parse(answer))
}

/** The first line that says what, with the place in the file, instead of a stack through Node. */
function readable(fault: string, file: string): string {
  const lines = fault.split('\n')
  const message =
    lines.find(line => /^(\w*Error\b.*|expected .*|gantry\.config\.ts .*)/.test(line.trim())) ?? lines[0] ?? fault
  const place = /gantry\.config\.ts:(\d+)(?::(\d+))?/.exec(fault)
  const where = place ? `${fileName}:${place[1]}${place[2] ? `:${place[2]}` : ''}` : file
  return `${where}: ${message.trim()}`
}

const childScript = fileURLToPath(import.meta.resolve('./config-child.ts'))
const wordsUrl = import.meta.resolve('@gantry/core/config')
