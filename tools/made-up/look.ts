// Run by node inside a copy of the tree: says what the sources there know of each made-up adapter.

import * as config from '@gantry/config'
import { configWith } from '@gantry/config/testing'
import { completed, shells } from '../../apps/cli/src/command/completion.ts'
import { commands } from '../../apps/cli/src/commands/index.ts'
import { adapterEnv } from '../adapter-env.ts'
import { configJsonSchema, configPage } from '../config-docs.ts'
import { type MadeUpAdapter, madeUp } from './adapters.ts'
import { performs } from './perform.ts'

export interface Looked {
  refusedTypo: string
  refusedName: string
  reference: string
  schema: string
  environment: string
  completion: string
  performed: unknown
}

const texts = {
  reference: configPage(),
  schema: configJsonSchema(),
  environment: adapterEnv(),
  completion: shells.bash(await completed(commands)),
}

async function look({ kind, name, said, typo }: MadeUpAdapter): Promise<Looked> {
  // No config names it: there is no word for it.
  if (typo === null) return { refusedTypo: '', refusedName: '', ...texts, performed: await performs[kind]?.(name) }
  const word: unknown = Reflect.get(config, name)
  if (typeof word !== 'function') throw new Error(`${name} is no word`)
  const written: Record<string, unknown> = word(...said)
  const { [typo.of]: value, ...others } = written
  const tag = Object.entries(written).find(([, field]) => field === name)?.[0] ?? ''
  return {
    refusedTypo: refused(configWith(kind, { ...others, [typo.setting]: value })),
    refusedName: refused(configWith(kind, { ...written, [tag]: `${name}s` })),
    ...texts,
    performed: await performs[kind]?.(written),
  }
}

/** What is said against it; nothing where it is accepted. */
function refused(said: object): string {
  try {
    config.parseConfig(said)
    return ''
  } catch (cause) {
    return String(cause)
  }
}

const entries = madeUp.map(async each => [each.name, await look(each)] as const)
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(entries))))
