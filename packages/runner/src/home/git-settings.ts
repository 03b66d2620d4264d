import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * What of a person's settings a job's git goes by: who commits, and how repositories are reached. The rest (signing,
 * hooks, aliases, an editor) is the person's own, and would make a job do something else than on GitHub.
 */
const counted =
  /^(user\.(name|email)|(author|committer|url|http|credential|protocol|safe|ssh|lfs|filter|init)\..*|core\.(sshcommand|gitproxy|askpass))$/s

/** Where the job's `git config --system` reads and writes. */
export const systemGitConfig = (home: string): string => join(home, '.gitconfig-system')

/** Writes the job's own `--global` and `--system` settings, so that what it sets is gone with it. */
export async function writeGitSettings(home: string, env: Record<string, string>): Promise<void> {
  const { person, system } = await machineSettings(env)
  const own = person.filter(([key]) => counted.test(key))
  await writeFile(join(home, '.gitconfig'), textOf(own, env.HOME), { mode: 0o600 })
  await writeFile(systemGitConfig(home), textOf(system, env.HOME), { mode: 0o600 })
}

interface Settings {
  person: [string, string][]
  system: [string, string][]
}

/** Jobs begin by the hundred, and each question is a process. A machine that stays up sees what its owner changes. */
const sameFor = 10_000
const known = new WeakMap<Record<string, string>, { at: number; settings: Promise<Settings> }>()

function machineSettings(env: Record<string, string>): Promise<Settings> {
  const before = known.get(env)
  if (before !== undefined && performance.now() - before.at < sameFor) return before.settings
  const asked = Promise.all([settingsOf('--global', env), settingsOf('--system', env)])
  const settings = asked.then(([person, system]) => ({ person, system }))
  known.set(env, { at: performance.now(), settings })
  return settings
}

/** Includes are read in. Without git, or without such a file, there are none. */
async function settingsOf(scope: '--global' | '--system', env: Record<string, string>): Promise<[string, string][]> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', HOME = '/', XDG_CONFIG_HOME } = env
  try {
    const { stdout } = await run('git', ['config', scope, '--includes', '--null', '--list'], {
      env: { PATH, HOME, ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }) },
    })
    return stdout.split('\0').flatMap(entry => {
      if (entry === '') return []
      const end = entry.indexOf('\n')
      // A name alone is a switch that is on.
      return [end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]]
    })
  } catch {
    return []
  }
}

function textOf(settings: readonly (readonly [string, string])[], home: string | undefined): string {
  return settings
    .map(([key, value]) => {
      const first = key.indexOf('.')
      const last = key.lastIndexOf('.')
      const sub = first === last ? '' : ` ${quoted(key.slice(first + 1, last))}`
      return `[${key.slice(0, first)}${sub}]\n\t${key.slice(last + 1)} = ${quoted(withHome(key, value, home))}\n`
    })
    .join('')
}

/** `~` stands for the folder of the person, and so does what `store` reads without being told where. */
function withHome(key: string, value: string, home: string | undefined): string {
  if (home === undefined) return value
  if (/^credential\.(.*\.)?helper$/s.test(key) && value === 'store') return `store --file=${home}/.git-credentials`
  return value.replaceAll(/(^|[\s=])~(?=\/)/g, (_, before: string) => before + home)
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
}
