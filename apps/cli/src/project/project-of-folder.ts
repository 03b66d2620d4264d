import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** The project of a folder: what the nearest gantry.config.ts says, else where its git remote `gantry` leads. */
export async function projectOfFolder(cwd: string): Promise<string | null> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'gantry.config.ts'), 'utf8').catch(() => null)
    const said = text === null ? null : projectInConfig(text)
    if (said !== null) return said
    if (folder === dirname(folder)) break
  }
  return projectOfRemote(cwd)
}

/**
 * Read, not executed: a command that looks at a server runs nothing of the folder it is typed in. `project:` of the outermost
 * object counts; providers have settings of that name further in. Null when it is not a plain text.
 */
export function projectInConfig(text: string): string | null {
  let depth = 0
  const parts =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bproject\s*:\s*(['"])([a-z0-9-]+)\1|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[{}]/g
  const start = Math.max(0, text.indexOf('defineConfig('))
  for (const [part, , name] of text.slice(start).matchAll(parts)) {
    if (part === '{') depth++
    else if (part === '}') depth--
    else if (name !== undefined && depth === 1) return name
  }
  return null
}

async function projectOfRemote(cwd: string): Promise<string | null> {
  const url = await promisify(execFile)('git', ['remote', 'get-url', 'gantry'], { cwd }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
  return /\/projects\/([a-z0-9-]+)\/repository\.git\/?$/.exec(url)?.[1] ?? null
}
