import { readdirSync, readFileSync } from 'node:fs'
import type { Command, Sandbox } from '@gantry/core'
import { failureOf, programAt } from '../sandbox/find-sandbox.ts'
import { isRisky } from '../sandbox/open-cell.ts'
import type { SandboxWalls } from '../sandbox/walls.ts'
import { becoming, type JobAccount, jobAccount, type UserWish } from './job-user.ts'

/**
 * What keeps jobs of root apart where no walls can be put up, as in most containers: each is another account, which the kernel
 * lets neither read what is root's or another job's, nor signal it. What everybody may read, it sees.
 */
export async function accountsAlone(
  wish: UserWish,
  { walls, work }: { walls: SandboxWalls; work: string },
): Promise<Sandbox | { missing: string }> {
  const [setpriv, env] = [programAt('setpriv'), programAt('env')]
  if (setpriv === undefined || env === undefined) return { missing: 'setpriv is not installed' }
  if (jobAccount(wish, work) === undefined) return { missing: 'this account may not become another' }
  // Without it a job could make what is root's its own, by a link to it in its folder.
  if (readText('/proc/sys/fs/protected_hardlinks').trim() !== '1')
    return { missing: 'fs.protected_hardlinks is not 1 here' }
  const of = (root: string): JobAccount => jobAccount(wish, root) ?? { uid: 65_534, gid: 65_534 }
  const sandbox: Sandbox = {
    kind: 'an account for each job, without walls',
    hidden: walls.hidden,
    shown: walls.shown,
    user: { of, isShared: false },
    open: async ({ root }) => {
      const account = of(root)
      return {
        inside: call => asAccount(account, call, { setpriv, env }),
        close: async () => (account.name === undefined ? killAll(account.uid) : undefined),
      }
    },
  }
  const missing = await failureOf(sandbox, work)
  return missing === undefined ? sandbox : { missing }
}

/** Root itself heeds nothing that a job set: `env` sets it when the process is the job's. */
function asAccount(
  account: JobAccount,
  { command, args, cwd, env: wanted }: Command,
  programs: { setpriv: string; env: string },
): Command {
  const all = Object.entries(wanted)
  const risky = all.filter(([name]) => isRisky(name)).map(([name, value]) => `${name}=${value}`)
  return {
    command: programs.setpriv,
    args: [...becoming(account), '--inh-caps=-all', '--', programs.env, ...risky, command, ...args],
    cwd,
    env: Object.fromEntries(all.filter(([name]) => !isRisky(name))),
  }
}

/** What ran away from its group and forgot its mark is still of its account. Until there is none, for they may fork. */
function killAll(uid: number): void {
  for (let round = 0; round < 100; round++) {
    const left = readdirSync('/proc').filter(name => /^\d+$/.test(name) && isOf(uid, name))
    if (left.length === 0) return
    for (const pid of left) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It ended meanwhile.
      }
    }
  }
}

/** One that is dead and not yet buried does nothing any more. */
function isOf(uid: number, pid: string): boolean {
  const status = readText(`/proc/${pid}/status`)
  return /^Uid:\s+(\d+)/m.exec(status)?.[1] === String(uid) && !/^State:\s+Z/m.test(status)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
