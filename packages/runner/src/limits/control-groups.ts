import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobLimits } from './job-limits.ts'

type Resource = 'memory' | 'pids' | 'cpu'

/** Where this process may make groups of its own, and of what they limit. */
export interface ControlGroups {
  /** Of version 2 all lie in one folder; of version 1 each in its own. */
  version: 1 | 2
  folders: Partial<Record<Resource, string>>
}

/** A group of processes the kernel holds to limits. */
export interface ControlGroup {
  folders: string[]
  /** Whether the kernel ended a process of it because memory ran out. */
  ranOutOfMemory(): boolean
  /** Ends whatever is still in it, and the group. */
  end(): Promise<void>
}

const resources: Resource[] = ['memory', 'pids', 'cpu']
const endMs = 10_000
const groupMark = 'gantry-job-'
let opened = 0

/** The groups this machine allows: in version 2 with what was delegated to this process, else in version 1. None elsewhere. */
export function findControlGroups(read = readText): ControlGroups {
  const mounts = read('/proc/self/mounts')
    .split('\n')
    .map(line => line.split(' '))
  const own = read('/proc/self/cgroup').split('\n')
  const second = mounts.find(([, , type]) => type === 'cgroup2')?.[1]
  const place = own.find(line => line.startsWith('0::'))?.slice(3)
  if (second !== undefined && place !== undefined) {
    const found = prepared(join(second, place), read)
    if (found.length > 0)
      return { version: 2, folders: Object.fromEntries(found.map(name => [name, join(second, place)])) }
  }
  const folders = resources.flatMap(name => {
    const mount = mounts.find(([, , type, options = '']) => type === 'cgroup' && options.split(',').includes(name))?.[1]
    const path = own.find(line => line.split(':')[1]?.split(',').includes(name))?.split(':')[2]
    return mount === undefined || path === undefined ? [] : [[name, join(mount, path)] as const]
  })
  return { version: 1, folders: Object.fromEntries(folders.filter(([, folder]) => isOurs(folder))) }
}

/** Groups with limits may lie only in one without processes: this one goes into a group beside those of jobs. */
function prepared(folder: string, read: typeof readText): Resource[] {
  const there = read(join(folder, 'cgroup.controllers')).split(/\s+/)
  return resources.filter(name => {
    if (!there.includes(name)) return false
    try {
      mkdirSync(join(folder, 'gantry-runner'), { recursive: true })
      writeFileSync(join(folder, 'gantry-runner', 'cgroup.procs'), '0')
      writeFileSync(join(folder, 'cgroup.subtree_control'), `+${name}`)
      return true
    } catch {
      return false
    }
  })
}

function isOurs(folder: string): boolean {
  const probe = join(folder, `gantry-probe-${process.pid}`)
  try {
    mkdirSync(probe)
    rmdirSync(probe)
    return true
  } catch {
    return false
  }
}

/** What is written to hold a group to the limits, by file. */
export function settingsOf(version: 1 | 2, limits: JobLimits): Record<Resource, [file: string, value: string][]> {
  const { memoryBytes, cpus, processes } = limits
  const quota = cpus === null ? null : Math.max(1_000, Math.round(cpus * 100_000))
  const memory = String(memoryBytes)
  return {
    memory:
      version === 2
        ? [
            ['memory.max', memory],
            ['memory.swap.max', '0'],
          ]
        : [['memory.limit_in_bytes', memory]],
    pids: [['pids.max', String(processes)]],
    cpu:
      quota === null
        ? []
        : version === 2
          ? [['cpu.max', `${quota} 100000`]]
          : [
              ['cpu.cfs_period_us', '100000'],
              ['cpu.cfs_quota_us', String(quota)],
            ],
  }
}

/**
 * A group for one job. The names of jobs are the same in each server and runner of a machine: it is called by the process that
 * made it too, so that the end of one job never ends the processes of another.
 */
export function openControlGroup({ version, folders }: ControlGroups, name: string, limits: JobLimits): ControlGroup {
  const settings = settingsOf(version, limits)
  const made = new Set<string>()
  for (const folder of new Set(Object.values(folders))) buryForsaken(folder)
  opened += 1
  for (const [resource, folder] of Object.entries(folders)) {
    const path = join(folder, `${groupMark}${name}.${process.pid}.${opened}`)
    mkdirSync(path, { recursive: true })
    made.add(path)
    for (const [file, value] of settings[resource as Resource]) {
      // Some kernels count no swap.
      if (file !== 'memory.swap.max' || existsSync(join(path, file))) writeFileSync(join(path, file), value)
    }
  }
  const all = [...made]
  return {
    folders: all,
    ranOutOfMemory: () =>
      all.some(path =>
        /^oom_kill [1-9]/m.test(readText(join(path, version === 2 ? 'memory.events' : 'memory.oom_control'))),
      ),
    end: () => endGroups(all),
  }
}

/** Ends what a runner that was killed left behind. Best effort: what cannot be removed now is in nobody's way. */
function buryForsaken(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = Number(/\.(\d+)\.\d+$/.exec(name)?.[1])
    if (!name.startsWith(groupMark) || !(owner > 0) || isAlive(owner)) continue
    killAll(join(folder, name))
    try {
      rmdirSync(join(folder, name))
    } catch {
      // The kernel takes its time to bury the dead: the next job tries again.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

function killAll(group: string): void {
  for (const pid of readText(join(group, 'cgroup.procs')).split('\n').map(Number)) if (pid > 0) kill(pid)
}

async function endGroups(folders: string[]): Promise<void> {
  const deadline = performance.now() + endMs
  for (const folder of folders) {
    while (existsSync(folder)) {
      killAll(folder)
      try {
        rmdirSync(folder)
      } catch {
        // The kernel takes its time to bury the dead; what is left then is empty, and in nobody's way.
        if (performance.now() > deadline) break
        await sleep(10)
      }
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
