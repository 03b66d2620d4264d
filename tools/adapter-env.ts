import { describeAdapters } from '@gantry/config'
import type { AdapterDescription } from '@gantry/core/api'

/** The names that adapters read when they are set as in their plainest example, as `.env.example` declares them. */
export function adapterEnv(adapters: readonly AdapterDescription[] = describeAdapters()): string {
  const lines = adapters.flatMap(({ examples, env }) =>
    env.flatMap(({ name, type, isSecret, about, whenLeftOut }) => [
      `# ${about}${whenLeftOut === undefined ? '' : `; default ${whenLeftOut}`}; for ${examples[0]}`,
      `# @type=${type}${isSecret ? ' @sensitive' : ''}`,
      `${name}=`,
    ]),
  )
  return ['', ...lines].join('\n')
}
