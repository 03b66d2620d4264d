import type { Brings } from '@gantry/core/api'

/** Names that the release had where it was proved and would not find where it goes, and those it would find besides. */
export function EnvToMeet({ env }: { env: Brings['env'] }) {
  if (env === null || env.changes.length === 0) return null
  const named = (change: 'added' | 'removed') =>
    env.changes.filter(each => each.change === change).map(({ service, name }) => `${name} (${service})`)
  const [missing, besides] = [named('removed'), named('added')]
  return (
    <ul className="mt-2 break-words">
      {missing.length > 0 && (
        <li className="text-warn">
          ▲ {env.to} lacks what {env.from} has: {missing.join(', ')}
        </li>
      )}
      {besides.length > 0 && (
        <li className="text-muted">
          {env.to} has besides: {besides.join(', ')}
        </li>
      )}
    </ul>
  )
}
