import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sandbox } from '@gantry/core'
import { openCell, type Programs } from './open-cell.ts'
import { bubblewrapArgs, type SandboxWalls, unshareArgs } from './walls.ts'

type Kind = 'bubblewrap' | 'namespaces'

/**
 * The sandbox this machine allows, tried out: a namespace of mounts and processes, made by bubblewrap or, for root, by
 * `unshare`. Without one, why not.
 */
export async function findSandbox(
  walls: SandboxWalls,
  kinds: readonly Kind[] = ['bubblewrap', 'namespaces'],
): Promise<Sandbox | { missing: string }> {
  if (process.platform !== 'linux') return { missing: `${process.platform} has no namespaces` }
  const whole = {
    hidden: real(walls.hidden),
    shown: real(walls.shown),
    changeable: real(walls.changeable),
    readOnly: real(walls.readOnly),
  }
  const missing: string[] = []
  for (const kind of kinds) {
    const sandbox = sandboxOf(kind, whole, process.getuid?.() === 0)
    const reason = typeof sandbox === 'string' ? sandbox : await failureOf(sandbox)
    if (typeof sandbox !== 'string' && reason === undefined) return sandbox
    missing.push(`${kind}: ${reason}`)
  }
  return { missing: missing.join('; ') }
}

/** The sandbox, not tried yet, or why there is none of this kind. */
function sandboxOf(kind: Kind, walls: SandboxWalls, isRoot: boolean): Sandbox | string {
  if (kind === 'namespaces' && !isRoot) return 'only root may make them'
  const maker = programAt(kind === 'bubblewrap' ? 'bwrap' : 'unshare')
  const [sh, env, nsenter] = [programAt('sh'), programAt('env'), programAt('nsenter')]
  const own = programAt(isRoot ? 'setpriv' : 'prlimit')
  if (!maker || !sh || !env || !nsenter || !own) return 'its programs are not installed'
  const programs: Programs = { sh, env, nsenter, ...(isRoot ? { setpriv: own } : { prlimit: own }) }
  const argsOf = kind === 'bubblewrap' ? bubblewrapArgs : unshareArgs
  return {
    ...walls,
    kind,
    open: job => {
      const places = { root: realpathSync(job.root), own: real(job.own) }
      return openCell({ command: maker, args: argsOf(walls, places, { sh, isRoot }) }, programs)
    },
  }
}

const programAt = (name: string): string | undefined =>
  ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin']
    .map(dir => join(dir, name))
    .find(path => existsSync(path))

const real = (paths: readonly string[]): string[] =>
  paths.filter(path => existsSync(path)).map(path => realpathSync(path))

/** Containers and kernels refuse in many ways: only a try tells. */
async function failureOf(sandbox: Sandbox): Promise<string | undefined> {
  const base = sandbox.hidden[0] ?? tmpdir()
  await mkdir(base, { recursive: true })
  const root = mkdtempSync(join(base, '.sandbox-'))
  try {
    const cell = await sandbox.open({ root, own: [] })
    try {
      const { command, args } = cell.inside({ command: '/bin/sh', args: ['-c', 'echo in'], cwd: root, env: {} })
      const { stdout } = await promisify(execFile)(command, args, { env: {}, timeout: 10_000 })
      return stdout === 'in\n' ? undefined : `a try inside said ${JSON.stringify(stdout)}`
    } finally {
      await cell.close()
    }
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, '; ')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
