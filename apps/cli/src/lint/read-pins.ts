import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { arePins, type Pins } from '@gantry/lint'
import { CalledWrongly } from '../command/called-wrongly.ts'

const shape = '{ "owner/action": { "v1.2.3": "commit" } }'

/** @throws CalledWrongly when the file is missing, no JSON, or holds something else */
export async function readPins(cwd: string, file: string | undefined): Promise<Pins> {
  if (file === undefined) return {}
  const text = await readFile(resolve(cwd, file), 'utf8').catch(() => {
    throw new CalledWrongly(`expected a file of pins, got "${file}", which cannot be read`)
  })
  const value = parsed(text)
  if (arePins(value)) return value
  throw new CalledWrongly(`expected ${file} to hold ${shape}, got something else`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // No JSON is no table of pins either.
  }
}
