import { arch } from 'node:os'
import { join } from 'node:path'
import type { JobRuntime } from '../job/job-runtime.ts'

/** What jobs of a sandbox find there cannot be changed for the next ones: their own tools go to a folder of their own. */
export const toolCacheOf = ({ cell, machine, folders }: JobRuntime): string =>
  cell === undefined ? machine.toolDir : join(folders.temp, 'tool-cache')

export function eventPathOf(job: JobRuntime): string {
  return `${job.folders.files}/event.json`
}

export function runnerArch(): string {
  return archs[arch()] ?? arch().toUpperCase()
}

export function runnerOs(): string {
  return process.platform === 'darwin' ? 'macOS' : 'Linux'
}

const archs: Record<string, string> = { x64: 'X64', arm64: 'ARM64', arm: 'ARM', ia32: 'X86' }
