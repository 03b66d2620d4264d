import { CannotDeploy } from '../cannot-deploy.ts'
import type { Vm } from './fly-toml.ts'

// Least memory for a CPU of each kind, in MB (fly-go, machine_types.go).
const memoryForACpu = { shared: 256, performance: 2048 } as const

/** What `[[vm]]` asks for of a group; undefined where it asks for nothing, and then the machines before are copied. */
export function guestOf(vms: Vm[], group: string): Record<string, unknown> | undefined {
  const vm =
    vms.find(({ processes }) => processes.includes(group)) ?? vms.find(({ processes }) => processes.length === 0)
  if (!vm) return undefined
  const { size = 'shared-cpu-1x', memory, processes: _, ...said } = vm
  const named = /^(shared|performance)(?:-cpu)?-(\d+)x$/.exec(size)
  if (!named) throw new CannotDeploy(`fly.toml: vm.size: expected a size such as shared-cpu-1x, got "${size}"`)
  const kind = named[1] === 'shared' ? 'shared' : 'performance'
  const cpus = Number(named[2])
  return {
    cpu_kind: kind,
    cpus,
    memory_mb: memory === undefined ? cpus * memoryForACpu[kind] : inMegabytes(memory),
    ...said,
  }
}

/** `512mb`, `1gb`, `1 GiB`, or a number of megabytes. */
function inMegabytes(memory: string | number): number {
  const found = /^(\d+)\s*([mg])?i?b?$/i.exec(String(memory).trim())
  if (!found) throw new CannotDeploy(`fly.toml: vm.memory: expected an amount such as 512mb or 1gb, got "${memory}"`)
  return Number(found[1]) * (found[2]?.toLowerCase() === 'g' ? 1024 : 1)
}
