import { totalmem } from 'node:os'
import { GantryError } from '@gantry/core/errors'

/** What one job may take of a machine at most. */
export interface JobLimits {
  memoryBytes: number
  cpus: number | null
  processes: number
  diskBytes: number
}

/** A job may use the machine, and leaves enough of it for the runner to say how it ended. */
export const usualLimits = (): JobLimits => ({
  memoryBytes: Math.floor(totalmem() * 0.9),
  cpus: null,
  processes: 8_192,
  diskBytes: 50 * 2 ** 30,
})

const units: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }
const names = ['memory', 'cpus', 'processes', 'disk']

/**
 * `memory=4g,cpus=2,processes=2000,disk=20g`; what is left out is as usual.
 * @throws GantryError BAD_REQUEST
 */
export function readLimits(text: string): JobLimits {
  const limits = usualLimits()
  for (const pair of text.split(/[\s,]+/).filter(each => each !== '')) {
    const [, name = '', number = '', unit = ''] = /^([a-z]+)=(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(pair) ?? []
    const value = Number(number) * (units[unit.toLowerCase()] ?? Number.NaN)
    if (name === 'memory' && value >= 2 ** 20) limits.memoryBytes = Math.floor(value)
    else if (name === 'disk' && value >= 2 ** 20) limits.diskBytes = Math.floor(value)
    else if (name === 'processes' && value >= 8 && Number.isInteger(value)) limits.processes = value
    else if (name === 'cpus' && value >= 0.01) limits.cpus = value
    else
      throw new GantryError('BAD_REQUEST', `limits of jobs: expected ${names.join('=…, ')}=…, got "${pair}"`, { pair })
  }
  return limits
}
