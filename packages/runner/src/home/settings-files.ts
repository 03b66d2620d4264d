import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Files of a home folder that say where packages come from, who may fetch them, and which version of a program is
 * meant. A job gets copies: what it reads is as on this machine, what it writes is gone with it.
 */
const settingsFiles = [
  '.npmrc',
  '.config/pnpm/rc',
  '.config/pnpm/config.yaml',
  '.config/pnpm/auth.ini',
  '.yarnrc',
  '.yarnrc.yml',
  '.bunfig.toml',
  '.netrc',
  '.pip/pip.conf',
  '.config/pip/pip.conf',
  '.config/uv/uv.toml',
  '.cargo/config.toml',
  '.cargo/credentials.toml',
  '.docker/config.json',
  '.tool-versions',
  '.config/mise/config.toml',
]

/** What of them there is, by path below a home folder. */
export function readSettings(env: Record<string, string>): Map<string, string> {
  const found = new Map<string, string>()
  const { HOME: home } = env
  if (home === undefined) return found
  for (const path of settingsFiles) {
    for (const place of placesOf(path, home, env)) {
      const text = textAt(place)
      if (text === undefined) continue
      // Which home is meant by `~` is decided by the file, not by the folder it is copied to.
      found.set(
        path,
        text.replaceAll(/(=\s*["']?|:\s+["']?)~(?=\/)/g, (_, before: string) => before + home),
      )
      break
    }
  }
  return found
}

/** Without rights for others: there may be passwords among them. */
export async function writeSettings(home: string, settings: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of settings) {
    await mkdir(dirname(join(home, path)), { recursive: true })
    await writeFile(join(home, path), text, { mode: 0o600 })
  }
}

function placesOf(path: string, home: string, { XDG_CONFIG_HOME: config }: Record<string, string>): string[] {
  if (!path.startsWith('.config/')) return [join(home, path)]
  const name = path.slice('.config/'.length)
  return [config ? join(config, name) : join(home, path), join(home, 'Library/Preferences', name)]
}

/** A folder of that name, or a file nobody may read, holds no settings. */
function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
