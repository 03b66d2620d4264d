import { actNames, acts, placedScopes } from '@gantry/core'
import { type Answer, answerTo, callerKinds } from '../apps/server/src/access/access-table.ts'
import type { DeclaredRoute } from '../apps/server/src/http/declared-routes.ts'

/** One row for each route, one column for each kind of caller. What HEAD answers is what GET does, without a body. */
export function accessTable(routes: DeclaredRoute[]): string {
  const isShown = ({ method, url }: DeclaredRoute) =>
    method !== 'HEAD' || !routes.some(other => other.method === 'GET' && other.url === url)
  const rows = routes
    .filter(isShown)
    .map(
      ({ method, url, access }) =>
        `| ${method} \`${url}\` | ${callerKinds.map(({ caller }) => words(answerTo(access, caller))).join(' | ')} |`,
    )
    .sort()
  const titles = callerKinds.map(({ title }) => title)
  return [`| route | ${titles.join(' | ')} |`, `|---|${titles.map(() => '---|').join('')}`, ...rows].join('\n')
}

function words(answer: Answer): string {
  if (typeof answer !== 'object') return String(answer)
  return 'for' in answer ? answer.for : `with the ${answer.with}`
}

/** One row for each act: the least role, and the scope that lets a token do it. */
export function actsTable(): string {
  const scopeOf = (scope: string | null) => {
    if (scope === null) return 'none: people only'
    return placedScopes.some(placed => placed === scope) ? `\`${scope}:<environment>\`` : `\`${scope}\``
  }
  const rows = actNames.map(name => {
    const { role, scope, covers } = acts[name]
    return `| ${name} | ${covers} | ${role.replace('-', ' ')} | ${scopeOf(scope)} |`
  })
  return ['| act | covers | least role | scope of a token |', '|---|---|---|---|', ...rows].join('\n')
}
