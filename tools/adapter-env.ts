import { describeAdapters, everyRegistry } from '@gantry/config'
import type { AdapterDescription } from '@gantry/core/api'

/**
 * The names that adapters read when they are set as in their plainest example, as `.env.example` declares them.
 * @param page declares some by hand, where it has more to say of them
 */
export function adapterEnv(
  page = '',
  adapters: readonly AdapterDescription[] = describeAdapters(everyRegistry),
): string {
  const [before = '', generated = ''] = page.split('# adapters: ')
  const byHand = before + generated.slice(generated.indexOf('# /adapters'))
  const isByHand = (name: string) => new RegExp(`^${name}=`, 'm').test(byHand)
  const lines = adapters.flatMap(({ kind, title, examples, env }) =>
    env
      .filter(({ name }) => !isByHand(name))
      .flatMap(({ name, type, isSecret, about, whenLeftOut }) => [
        `# ${about}${whenLeftOut === undefined ? '' : `; default ${whenLeftOut}`}; for ${kind === 'protocol' ? title : examples[0]}`,
        `# @type=${type}${isSecret ? ' @sensitive' : ''}`,
        `${name}=`,
      ]),
  )
  return ['', ...lines].join('\n')
}
