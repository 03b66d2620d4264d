import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JobUser, Sandbox } from '@gantry/core'
import { type JobAccount, writeAccounts } from '../user/job-user.ts'
import { openCell, type Programs } from './open-cell.ts'
import { bubblewrapArgs, type SandboxWalls, unshareArgs } from './walls.ts'

type Kind = 'bubblewrap' | 'namespaces'

interface Wanted {
  kinds?: readonly Kind[]
  /** Whose the jobs are, when it is root that opens it. */
  account?: JobAccount | undefined
}

/**
 * The sandbox this machine allows, tried out: a namespace of mounts and processes, made by bubblewrap or, for root, by
 * `unshare`. Without one, why not.
 */
export async function findSandbox(
  walls: SandboxWalls,
  { kinds = ['bubblewrap', 'namespaces'], account }: Wanted = {},
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
    const sandbox = sandboxOf(kind, whole, { isRoot: process.getuid?.() === 0, account })
    const reason = typeof sandbox === 'string' ? sandbox : await failureOf(sandbox)
    if (typeof sandbox !== 'string' && reason === undefined) return sandbox
    missing.push(`${kind}: ${reason}`)
  }
  return { missing: missing.join('; ') }
}

/** The sandbox, not tried yet, or why there is none of this kind. */
function sandboxOf(
  kind: Kind,
  walls: SandboxWalls,
  { isRoot, account }: { isRoot: boolean; account: JobAccount | undefined },
): Sandbox | string {
  if (kind === 'namespaces' && !isRoot) return 'only root may make them'
  const maker = programAt(kind === 'bubblewrap' ? 'bwrap' : 'unshare')
  const [sh, env, nsenter] = [programAt('sh'), programAt('env'), programAt('nsenter')]
  const own = programAt(isRoot ? 'setpriv' : 'prlimit')
  if (!maker || !sh || !env || !nsenter || !own) return 'its programs are not installed'
  const programs: Programs = {
    ...{ sh, env, nsenter, ...(isRoot ? { setpriv: own } : { prlimit: own }) },
    ...(account && { account }),
  }
  const argsOf = kind === 'bubblewrap' ? bubblewrapArgs : unshareArgs
  return {
    ...walls,
    kind,
    ...(account && { user: { of: () => account, isShared: true } }),
    open: async job => {
      const root = realpathSync(job.root)
      const accounts = account && (await writeAccounts(account, root))
      const places = { root, own: real(job.own), ...(accounts && { accounts }) }
      return openCell({ command: maker, args: argsOf(walls, places, { sh, isRoot }) }, programs)
    },
  }
}

export const programAt = (name: string): string | undefined =>
  ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin']
    .map(dir => join(dir, name))
    .find(path => existsSync(path))

const real = (paths: readonly string[]): string[] =>
  paths.filter(path => existsSync(path)).map(path => realpathSync(path))

/** Containers and kernels refuse in many ways: only a try tells. */
export async function failureOf(sandbox: Sandbox, within?: string): Promise<string | undefined> {
  const base = within ?? sandbox.hidden[0] ?? tmpdir()
  await mkdir(base, { recursive: true })
  const above = mkdtempSync(join(base, '.sandbox-'))
  const root = join(above, 'job')
  mkdirSync(root)
  chmodSync(above, 0o755)
  try {
    const user = sandbox.user?.of(root)
    if (user !== undefined) openTo(user, root)
    const cell = await sandbox.open({ root, own: [] })
    try {
      // What jobs start first may lie where another account does not get to.
      const needed =
        user === undefined ? [] : [root, process.execPath, ...sandbox.shown.filter(path => existsSync(path))]
      const look = 'for p; do [ -r "$p" ] || { echo "its account cannot read $p"; exit; }; done; echo in'
      const words = ['-c', look, 'sh', ...needed]
      const { command, args } = cell.inside({ command: '/bin/sh', args: words, cwd: root, env: {} })
      const { stdout } = await promisify(execFile)(command, args, { env: {}, timeout: 10_000 })
      return stdout === 'in\n' ? undefined : `a try inside said ${JSON.stringify(stdout.trim())}`
    } finally {
      await cell.close()
    }
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim().replace(/\s*\n\s*/g, '; ')
  } finally {
    rmSync(above, { recursive: true, force: true })
  }
}

function openTo({ uid, gid }: JobUser, folder: string): void {
  chownSync(folder, uid, gid)
  chmodSync(folder, 0o700)
}
