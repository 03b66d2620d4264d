interface Operation {
  summary?: string
  parameters?: { in: string; name: string; required?: boolean }[]
}

/** The part of an OpenAPI document that the page shows. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>
}

/** One row for each route of docs/reference/http.md; `*` is after what a query must have. */
export function routeTable({ paths }: OpenApi): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        `| ${method.toUpperCase()} | \`${path}\` | ${operation.summary ?? ''} | ${queryOf(operation)} |`,
    ),
  )
  return ['| method | path | what it does | query |', '|---|---|---|---|', ...rows].join('\n')
}

const queryOf = ({ parameters = [] }: Operation): string =>
  parameters
    .filter(parameter => parameter.in === 'query')
    .map(({ name, required }) => `\`${name}\`${required ? '*' : ''}`)
    .join(' ')
