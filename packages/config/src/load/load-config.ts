import { execFile } from 'node:child_process'
import { access, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GantryError, type Sandbox, shortSha } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import * as z from 'zod'
import { parseConfig } from '../parse-config.ts'
import { type RunConfig, runConfig } from './run-config.ts'

const fileName = 'gantry.config.ts'
const Answer = z.union([z.object({ config: z.unknown() }).required(), z.object({ fault: z.string() })])

/**
 * Reads the config of a person's own repository. The file is imported by a process of its own, which sees nothing of our
 * environment.
 * @throws GantryError CONFIG_MISSING, CONFIG_INVALID with file and line where the file cannot be run
 */
export const loadConfig = (dir: string, limits: Pick<RunConfig, 'timeoutMs'> = {}): Promise<Config> =>
  configIn(dir, { isForeign: false, ...limits })

/**
 * The config as it was at a commit, which anybody may have pushed: its program sees its own file and nothing else of this
 * machine. Only that file is taken from the commit, so it may import nothing of its repository.
 * @throws GantryError CONFIG_MISSING, CONFIG_INVALID
 */
export async function loadConfigAt(gitDir: string, sha: string, sandbox?: Sandbox): Promise<Config> {
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
    return await shutIn(dir, sandbox)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function shutIn(dir: string, sandbox: Sandbox | undefined): Promise<Config> {
  const cell = await sandbox?.open({ root: dir, own: [] })
  try {
    return await configIn(dir, { isForeign: true, ...(cell && { inside: call => cell.inside(call) }) })
  } finally {
    await cell?.close()
  }
}

async function configIn(dir: string, how: Omit<RunConfig, 'file'>): Promise<Config> {
  const file = join(dir, fileName)
  await access(file).catch(cause => {
    throw new GantryError('CONFIG_MISSING', `expected ${fileName} in ${dir}`, { dir }, { cause })
  })
  const answer = await imported({ file: await realpath(file), ...how })
  if ('fault' in answer) throw new GantryError('CONFIG_INVALID', readable(answer.fault, file))
  return parseConfig(answer.config)
}

async function imported(call: RunConfig): Promise<z.output<typeof Answer>> {
  const { answer, complaint, how } = await runConfig(call)
  const said = parsed(answer)
  return said ?? { fault: complaint.trim() || `${fileName} ${how} before it exported anything` }
}

/** A process that was ended amid its answer has not answered. */
function parsed(answer: string): z.output<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(answer)).data
  } catch {
    return undefined
  }
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
