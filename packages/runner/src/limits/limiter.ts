import { existsSync } from 'node:fs'
import type { Command } from '@gantry/core'
import { type ControlGroups, findControlGroups, openControlGroup } from './control-groups.ts'
import { watchDisk } from './disk-watch.ts'
import type { JobLimits } from './job-limits.ts'

/** Holds jobs to limits, as far as this machine allows. */
export interface Limiter {
  /** Which limits are held and how, for people. */
  about: string
  open(job: { name: string; root: string; onOver(message: string): void }): LimitedJob
}

export interface LimitedJob {
  /** The call that carries this one out within the limits. */
  within(call: Command): Command
  /** Why processes of it ended, where a limit was the reason. */
  reached(): string | undefined
  end(): Promise<void>
}

/** Moves the shell itself into each group, and becomes the program. */
const enter =
  'n=$1; shift; while [ "$n" -gt 0 ]; do echo 0 >"$1/cgroup.procs" || exit 125; shift; n=$((n-1)); done; exec "$@"'
const prlimit = ['/usr/bin/prlimit', '/bin/prlimit'].find(path => existsSync(path))

/** @param isRoot whether jobs are root's: the kernel holds root to no number of processes */
export function createLimiter(
  limits: JobLimits,
  { isRoot, groups = findControlGroups() }: { isRoot: boolean; groups?: ControlGroups },
): Limiter {
  const has = (name: 'memory' | 'pids' | 'cpu') => groups.folders[name] !== undefined
  const own = ownLimits(limits, has)
  return {
    about: aboutOf(limits, has, { isPartly: own.length > 0, version: groups.version, isRoot }),
    open({ name, root, onOver }) {
      const group = openControlGroup(groups, name, limits)
      const stopWatching = watchDisk(root, limits.diskBytes, onOver)
      return {
        within({ command, args, cwd, env }) {
          const limited = own.length > 0 && prlimit ? [prlimit, ...own, '--', command, ...args] : [command, ...args]
          const [first = command, ...rest] = limited
          if (group.folders.length === 0) return { command: first, args: rest, cwd, env }
          const all = ['-c', enter, 'sh', String(group.folders.length), ...group.folders, ...limited]
          return { command: '/bin/sh', args: all, cwd, env }
        },
        reached: () =>
          group.ranOutOfMemory() ? `the job reached its limit of memory, ${mebi(limits.memoryBytes)}` : undefined,
        async end() {
          stopWatching()
          await group.end()
        },
      }
    },
  }
}

/** What a process holds itself to where no group does: each for itself, and root for no number of processes. */
function ownLimits({ memoryBytes, processes }: JobLimits, has: (name: 'memory' | 'pids') => boolean): string[] {
  return [...(has('memory') ? [] : [`--data=${memoryBytes}`]), ...(has('pids') ? [] : [`--nproc=${processes}`])]
}

function aboutOf(
  { memoryBytes, cpus, processes, diskBytes }: JobLimits,
  has: (name: 'memory' | 'pids' | 'cpu') => boolean,
  { isPartly, version, isRoot }: { isPartly: boolean; version: number; isRoot: boolean },
): string {
  const byGroup = `by cgroup v${version}`
  const byItself = isPartly && prlimit ? 'each process by prlimit' : 'not held'
  return [
    `memory ${mebi(memoryBytes)} ${has('memory') ? byGroup : byItself}`,
    `processes ${processes} ${has('pids') ? byGroup : isRoot ? 'not held for root' : byItself}`,
    cpus === null ? 'processors all' : `processors ${cpus} ${has('cpu') ? byGroup : 'not held'}`,
    `disk ${mebi(diskBytes)} watched`,
  ].join(', ')
}

const mebi = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`
