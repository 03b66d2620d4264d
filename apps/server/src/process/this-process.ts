import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ServerProcess } from '@gantry/core'
import { beganAt, thisMachine } from './process-alive.ts'

/** This process, as the others of the database know it. */
export async function thisProcess(): Promise<Omit<ServerProcess, 'role' | 'address' | 'files'>> {
  return {
    id: randomUUID(),
    host: hostname(),
    machine: await thisMachine(),
    pid: process.pid,
    began: await beganAt(process.pid),
  }
}
