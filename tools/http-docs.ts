/** The part of an OpenAPI document that the page shows. */
export interface OpenApi {
  paths: Record<string, Record<string, { summary?: string }>>
}

/** One row for each route of docs/reference/http.md. */
export function routeTable({ paths }: OpenApi): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { summary = '' }]) => `| ${method.toUpperCase()} | \`${path}\` | ${summary} |`,
    ),
  )
  return ['| method | path | what it does |', '|---|---|---|', ...rows].join('\n')
}
