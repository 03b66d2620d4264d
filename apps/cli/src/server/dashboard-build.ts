import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Checkout } from './checkout.ts'

/** The cause stands at the top of what Vite says, its own stack below. */
const shownLines = 12

/** Whether the built dashboard is missing, or older than anything it is made of. */
export async function isStale({ dashboard, dashboardSources }: Checkout): Promise<boolean> {
  const built = await stat(join(dashboard, 'dist', 'index.html')).catch(() => null)
  if (built === null) return true
  const times = await Promise.all(dashboardSources.map(newestIn))
  return Math.max(...times) > built.mtimeMs
}

/** Builds it with its own Vite; answers what Vite said when that failed, and null when all is well. */
export async function buildDashboard({ dashboard }: Checkout, env: NodeJS.ProcessEnv): Promise<string | null> {
  const vite = join(dashboard, 'node_modules', 'vite', 'bin', 'vite.js')
  if (!existsSync(vite)) return `expected Vite at ${vite}; install packages first`
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: dashboard,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => said.push(String(text)))
  const code = await new Promise<number | null>(done => {
    child.once('error', cause => {
      said.push(cause.message)
      done(null)
    })
    child.once('close', done)
  })
  if (code === 0) return null
  const lines = stripVTControlCharacters(said.join('')).trim().split('\n')
  return lines.slice(0, shownLines).join('\n') || `vite ended with ${code}`
}

/** Milliseconds of the newest change of a file, or below a folder; 0 when it is not there. */
async function newestIn(path: string): Promise<number> {
  const stats = await stat(path).catch(() => null)
  if (stats === null) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  const names = await readdir(path)
  return Math.max(0, ...(await Promise.all(names.map(name => newestIn(join(path, name))))))
}
