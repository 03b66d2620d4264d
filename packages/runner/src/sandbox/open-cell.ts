import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Cell, Command } from '@gantry/core'
import { becoming, type JobAccount } from '../user/job-user.ts'

/** Programs of the system, by their whole path: nothing that a job set decides which is found. */
export interface Programs {
  sh: string
  env: string
  nsenter: string
  /** Of the user `root`. */
  setpriv?: string
  /** Of other users. */
  prlimit?: string
  /** What root's jobs become. */
  account?: JobAccount
}

const OPEN_MS = 10_000
/** Processes and threads of a job of a user other than root. */
const MAX_PROCESSES = 8_192

/** What a container's root may do by default, without making devices. It cannot take the walls down again. */
const capabilities = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'net_raw',
  'sys_chroot',
  'audit_write',
  'setfcap',
]

const withoutPower = [`--bounding-set=-all,${capabilities.map(name => `+${name}`).join(',')}`, '--inh-caps=-all']

/**
 * Starts the process that holds the walls: it says the word `ready`, and ends when its input does, so that a job does
 * not outlive a server that was killed.
 * @param holder what puts the walls up and then runs `hold`
 */
export async function openCell(holder: { command: string; args: string[] }, programs: Programs): Promise<Cell> {
  const child = spawn(holder.command, holder.args, { stdio: ['pipe', 'pipe', 'pipe'], env: {}, cwd: '/' })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  child.stdin?.on('error', () => undefined)
  try {
    await ready(child)
    return { inside: enterer(await firstInside(child), programs), close: () => end(child, ended) }
  } catch (error) {
    await end(child, ended)
    throw error
  }
}

/** Run inside as its first process: waits for the end of its input, and takes in what others left behind. */
export const hold = 'exec 3<&0; cat <&3 >/dev/null & echo ready; exec >/dev/null 2>&1; wait'

async function ready(child: ChildProcess): Promise<void> {
  let complaint = ''
  child.stderr?.on('data', chunk => {
    complaint = `${complaint}${chunk}`.slice(-2_000)
  })
  const { stdout } = child
  if (stdout === null) throw new Error('expected the sandbox to have an output')
  const lines = createInterface({ input: stdout })
  const said = once(lines, 'line', { signal: AbortSignal.timeout(OPEN_MS) })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', code => reject(new Error(complaint.trim() || `the sandbox ended with exit code ${code}`)))
  })
  failed.catch(() => undefined)
  await Promise.race([said, failed])
}

/** The process of the holder that all the others inside come after. */
async function firstInside({ pid = 0 }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const first = Number(children.trim().split(' ')[0])
  if (!first) throw new Error('expected the sandbox to have a process, got none')
  return first
}

/**
 * What a job sets may change what the programs on the way do: `LD_PRELOAD` and its like are set by `env`, inside. All else
 * is passed on as it is, for every user of the machine can read the words of a command line, tokens among them. nsenter waits outside and must not die of the signals that are for the step; the step itself gets them as usual.
 */
function enterer(pid: number, { sh, env, nsenter, setpriv, prlimit, account }: Programs): Cell['inside'] {
  const user = setpriv === undefined ? ['-U', '--preserve-credentials'] : []
  const lessened = setpriv ? [setpriv, ...(account ? becoming(account) : []), ...withoutPower, '--'] : []
  const limited = prlimit ? [prlimit, `--nproc=${MAX_PROCESSES}:`, '--'] : []
  // When memory runs out, the kernel ends a step and not the server.
  const enter = 'echo 500 >/proc/self/oom_score_adj; trap "" INT TERM; exec "$@"'
  return ({ command, args, cwd, env: wanted }: Command) => {
    const [risky, harmless] = partition(Object.entries(wanted), ([name]) => isRisky(name))
    return {
      command: sh,
      args: [
        ...['-c', enter, sh, nsenter, '-t', String(pid), ...user, '-m', '-p', '--'],
        // Each program on the way costs a millisecond of every step.
        ...[...lessened, ...limited, env, '--default-signal=INT,TERM', `--chdir=${cwd}`],
        ...risky.map(([name, value]) => `${name}=${value}`),
        ...[command, ...args],
      ],
      cwd: '/',
      env: Object.fromEntries(harmless),
    }
  }
}

/** What the loader, the C library and shells heed before a program begins; names that no shell takes may be functions. */
export const isRisky = (name: string): boolean =>
  !/^[\w.-]+$/.test(name) ||
  /^(LD_|GLIBC_|GCONV_|MALLOC_|RES|NIS_|BASH|ENV$|SHELLOPTS$|PS4$|IFS$|CDPATH$|TMPDIR$|LOCPATH$|NLSPATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|TZDIR$|POSIXLY_CORRECT$)/.test(
    name,
  )

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter(one => !isFirst(one))]
}

/** The kernel ends everything inside with its first process. */
async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.stdin?.destroy()
  const late = setTimeout(() => child.kill('SIGKILL'), 1_000)
  await ended
  clearTimeout(late)
}
