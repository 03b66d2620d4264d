import { describeAdapters, everyRegistry } from '@gantry/config'
import type { AdapterDescription } from '@gantry/core/api'

/** The names that adapters read when they are set as in their plainest example, as `.env.example` declares them. */
export function adapterEnv(adapters: readonly AdapterDescription[] = describeAdapters(everyRegistry)): string {
  const lines = adapters.flatMap(({ kind, title, examples, env }) =>
    env.flatMap(({ name, type, isSecret, about, whenLeftOut }) => [
      `# ${about}${whenLeftOut === undefined ? '' : `; default ${whenLeftOut}`}; for ${kind === 'protocol' ? title : examples[0]}`,
      `# @type=${type}${isSecret ? ' @sensitive' : ''}`,
      `${name}=`,
    ]),
  )
  return ['', ...lines].join('\n')
}
